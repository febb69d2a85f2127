export default function Settings(_: object & Record<string, unknown>) {
  return null;
}
