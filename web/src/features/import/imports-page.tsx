export default function ImportsPage(_: object & Record<string, unknown>) {
  return null;
}
