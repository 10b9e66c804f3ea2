/* "5 min ago" beside an absolute time goes on being true. The same words as the server's. */
export function ages(): void {
  const now = Date.now();
  for (const ago of document.querySelectorAll<HTMLElement>("time + .ago")) {
    const time = ago.previousElementSibling as HTMLTimeElement;
    const ms = now - Date.parse(time.dateTime), size = Math.abs(ms);
    if (Number.isNaN(ms)) continue;
    const span = size < 60_000 ? `${Math.trunc(size / 1000)}\u00a0s`
      : size < 3_600_000 ? `${Math.trunc(size / 60_000)}\u00a0min`
      : size < 172_800_000 ? `${Math.trunc(size / 3_600_000)}\u00a0h`
      : `${Math.trunc(size / 86_400_000)}\u00a0days`;
    const text = ms >= 0 ? `${span} ago` : `in ${span}`;
    if (ago.textContent !== text) ago.textContent = text;
  }
}
