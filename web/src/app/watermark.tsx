import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { bootQuery } from "../api/session";
import { formatExact } from "../lib/format";
import "./watermark.css";

const minute = 60_000;

/** The picture that is repeated over the page: a slanted line of text. */
export function markOf(text: string): string {
  const escaped = text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="360" height="220"><text x="180" y="110" text-anchor="middle" transform="rotate(-22 180 110)" font-family="sans-serif" font-size="15" fill="#808080">${escaped}</text></svg>`;
  const encoded = encodeURIComponent(svg).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `url("data:image/svg+xml,${encoded}")`;
}

/** The reader's name and the time, lightly over every screen, where the company wants it. Nothing of it can be selected. */
export function Watermark() {
  const { data: boot } = useQuery(bootQuery);
  const [now, setNow] = useState(() => new Date().toISOString());
  const shown = !!boot?.watermark && !!boot.user;
  useEffect(() => {
    if (!shown) return;
    const timer = setInterval(() => setNow(new Date().toISOString()), minute);
    return () => clearInterval(timer);
  }, [shown]);
  if (!shown) return null;
  const { name, login } = boot.user ?? { name: "", login: "" };
  return <div className="watermark" aria-hidden style={{ backgroundImage: markOf(`${name} ${login} ${formatExact(now)}`) }} />;
}
