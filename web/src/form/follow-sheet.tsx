export default function FollowSheet(_: object & Record<string, unknown>) {
  return null;
}
