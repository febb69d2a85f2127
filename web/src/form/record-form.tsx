export default function RecordForm(_: object & Record<string, unknown>) {
  return null;
}
