export default function Wizard(_: object & Record<string, unknown>) {
  return null;
}
