/* Changes as they come. Browsers allow six connections to one host over HTTP/1.1, so that all tabs
   share one stream: whoever holds the lock listens and tells the others. */

interface Change { seq: number; type: string; story?: string }
export interface News { show(): void }

const TYPES = ["story.new", "story.updated", "story.merged", "story.split", "story.changed"];

function follow(after: () => number, tell: (change: Change) => void): Promise<never> {
  const source = new EventSource(`/api/v1/stream?after=${after()}`);
  const take = (event: MessageEvent<string>) => {
    const data = JSON.parse(event.data) as { story?: string };
    tell({ seq: Number(event.lastEventId), type: event.type, story: data.story });
  };
  for (const type of TYPES) source.addEventListener(type, take);
  return new Promise<never>(() => undefined); /* until the tab is closed */
}

function share(after: () => number, take: (change: Change) => void): void {
  if (!navigator.locks || !window.BroadcastChannel) {
    void follow(after, take);
    return;
  }
  const channel = new BroadcastChannel("dateline-changes");
  channel.onmessage = (event: MessageEvent<Change>) => take(event.data);
  void navigator.locks.request("dateline-stream", () =>
    follow(after, (change) => {
      channel.postMessage(change);
      take(change);
    }));
}

export function live(refresh: () => Promise<void>): News {
  const start = document.body.dataset.seq;
  if (start === undefined || !window.EventSource) return { show: () => undefined };
  const only = document.body.dataset.story; /* a story's page cares for its own story alone */
  const stories = new Set<string>();
  let last = Number(start);

  const place = document.createElement("div");
  place.className = "news";
  place.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.hidden = true;
  place.append(button);
  document.querySelector("header.top")?.append(place);

  const label = () => {
    const n = stories.size;
    button.hidden = n === 0;
    button.textContent = only ? "This story changed \u2014 press ." : `${n} new \u2014 press .`;
  };
  const show = () => {
    if (stories.size === 0) return;
    const shown = new Set(stories);
    refresh().then(() => {
      for (const id of shown) stories.delete(id);
      label();
      if (!only) window.scrollTo({ top: 0 });
      if (document.activeElement === document.body) document.getElementById("main")?.focus();
    }, () => { button.textContent = "The server does not answer \u2014 press . to try again"; });
  };
  button.addEventListener("click", show);
  share(() => last, (change) => {
    if (change.seq <= last) return;
    last = change.seq;
    if (!change.story || (only && change.story !== only)) return;
    stories.add(change.story);
    label();
  });
  return { show };
}
