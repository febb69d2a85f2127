export default function CustomerPanel(_: object & Record<string, unknown>) {
  return null;
}
