export default function People(_: object & Record<string, unknown>) {
  return null;
}
