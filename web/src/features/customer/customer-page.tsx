export default function CustomerPage(_: object & Record<string, unknown>) {
  return null;
}
