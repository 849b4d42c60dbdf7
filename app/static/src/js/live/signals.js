/**
 * Hears the signals that the server sends to all pages of a person, for pages that follow no stream.
 *
 * It speaks the few packets of Engine.IO 4 and Socket.IO 5 that this takes: the library would weigh 14 KB on every page
 * (live/connection.js uses it where there are streams and commands).
 */
const VERSION = 3;
const NAMESPACE = "/live";
const FIRST_PAUSE_MILLISECONDS = 1_000;
const MAX_PAUSE_MILLISECONDS = 60_000;
const CONNECT_TIMEOUT_MILLISECONDS = 6000;

/**
 * What a packet of the server asks for: a packet to answer with, that we are let in, the kind of a signal, or to go away.
 * `silence` is after how many milliseconds without another packet the connection is dead.
 * @param {string} packet
 * @param {string} lang the language of the page
 * @returns {{ reply?: string, silence?: number, joined?: true, signal?: string, refused?: true }}
 */
export function understand(packet, lang) {
  if (packet === "2") return { reply: "3" };
  if (packet.startsWith("0")) {
    const { pingInterval, pingTimeout } = JSON.parse(packet.slice(1));
    const reply = `40${NAMESPACE},${JSON.stringify({ v: VERSION, lang })}`;
    return { reply, silence: pingInterval + pingTimeout };
  }
  if (packet.startsWith(`40${NAMESPACE},`)) return { joined: true };
  if (packet.startsWith(`44${NAMESPACE},`) || packet.startsWith("41")) return { refused: true };
  if (!packet.startsWith(`42${NAMESPACE},`)) return {};
  const [event, content] = JSON.parse(packet.slice(packet.indexOf("[")));
  return event === "signal" ? { signal: content.kind } : {};
}

/**
 * Call `heard` with the kind of each signal, and with "joined" whenever a connection begins, for as long as the page is
 * open; it ends when the person may not come in.
 * @param {string} lang
 * @param {(kind: string) => unknown} heard
 */
export function hearSignals(lang, heard) {
  let pause = FIRST_PAUSE_MILLISECONDS;
  let isOver = false;

  function open() {
    let silence = CONNECT_TIMEOUT_MILLISECONDS;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let watchdog;
    const socket = new WebSocket(
      `${location.origin.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`,
    );
    const watch = () => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => socket.close(), silence);
    };
    watch();
    socket.addEventListener("message", ({ data }) => {
      const { reply, silence: longest, joined, signal, refused } = understand(String(data), lang);
      silence = longest ?? silence;
      watch();
      if (reply) socket.send(reply);
      if (joined) pause = FIRST_PAUSE_MILLISECONDS;
      if (joined || signal) heard(signal ?? "joined");
      isOver ||= refused === true;
      if (refused) socket.close();
    });
    socket.addEventListener("close", () => {
      clearTimeout(watchdog);
      if (!isOver) setTimeout(reopen, pause * (0.5 + Math.random()));
    });
    pause = Math.min(2 * pause, MAX_PAUSE_MILLISECONDS);
  }

  function reopen() {
    if (!document.hidden) open();
    else setTimeout(reopen, FIRST_PAUSE_MILLISECONDS);
  }

  open();
}
