const browsers = /MicroMessenger|DingTalk|Edg|Chrome|Firefox|Safari|curl/;
const systems = /iPhone|iPad|Android|Windows|Mac OS X|Linux/;
const names: Record<string, string> = { MicroMessenger: "微信", DingTalk: "钉钉", Edg: "Edge", "Mac OS X": "macOS" };

/** A browser and system in short, out of what a browser says of itself. */
export function agentName(agent: string): string {
  const [browser, system] = [browsers, systems].map((r) => r.exec(agent)?.[0] ?? "").map((n) => names[n] ?? n);
  return [browser, system].filter(Boolean).join(" · ") || agent.slice(0, 40);
}
