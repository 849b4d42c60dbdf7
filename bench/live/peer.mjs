// The peer: Socket.IO 4 on Node, doing the same work as our server for each message, as simply as Node allows it.
// Signed in by a token, a member by a query, numbered and stored in SQLite (WAL, synchronous FULL) in one
// transaction with the id of the command, sent to the room, acknowledged after the commit.
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { Server } from "socket.io";

const [path, port] = process.argv.slice(2);
const db = new DatabaseSync(path);
db.exec("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
const ask = {
  person: db.prepare(
    "SELECT person.id, person.name, person.organisation FROM login JOIN person ON person.id = login.person WHERE token = ?",
  ),
  member: db.prepare(
    "SELECT room.id FROM room JOIN member ON member.room = room.id WHERE room.stream = ? AND member.person = ?",
  ),
  writes: db.prepare(
    "SELECT room.stream FROM room JOIN member ON member.room = room.id WHERE room.id = ? AND member.person = ?",
  ),
  known: db.prepare("SELECT seq FROM event WHERE actor = ? AND cid = ?"),
  next: db.prepare("UPDATE room SET head = head + 1 WHERE id = ? RETURNING head"),
  insert: db.prepare(
    "INSERT INTO event (room, seq, actor, cid, body, lang, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  ),
  head: db.prepare("SELECT head FROM room WHERE id = ?"),
  after: db.prepare("SELECT * FROM event WHERE room = ? AND seq > ? ORDER BY seq LIMIT 200"),
};
const weave = { warp: [1, 2, 3, 4], weft: [5, 6] };

/** What readers get: the same fields as ours. */
function shown(event, person) {
  const { seq, cid, body, lang, at } = event;
  const organisation = { slug: person.organisation, name: person.organisation, country: "IT", weave };
  const actor = { id: person.id, name: person.name, role: null };
  const html = `<p>${body.replaceAll("&", "&amp;").replaceAll("<", "&lt;")}</p>`;
  return {
    seq,
    kind: "message",
    at,
    actor,
    organisation,
    body,
    html,
    lang,
    reply_to: null,
    cid,
    quote: null,
    redacted: false,
  };
}

function store(person, { room, cid, body, lang }) {
  db.exec("BEGIN IMMEDIATE");
  try {
    const known = ask.known.get(person.id, cid);
    if (known) return { seq: known.seq, event: null };
    const { head } = ask.next.get(room);
    const at = new Date().toISOString();
    ask.insert.run(room, head, person.id, cid, body, lang, at);
    return { seq: head, event: shown({ seq: head, cid, body, lang, at }, person) };
  } finally {
    db.exec("COMMIT");
  }
}

const http = createServer();
const io = new Server(http, { transports: ["websocket"], maxHttpBufferSize: 65536, serveClient: false });
io.of("/live")
  .use((socket, next) => {
    const token = /trama=([^;]+)/.exec(socket.handshake.headers.cookie ?? "")?.[1];
    socket.data.person = token && ask.person.get(token);
    next(socket.data.person ? undefined : new Error("Sign in to go on."));
  })
  .on("connection", (socket) => {
    const { person } = socket.data;
    socket.on("subscribe", ({ stream, after }, answer) => {
      const room = ask.member.get(stream, person.id);
      if (!room) return answer({ ok: false, code: "not_found" });
      socket.join(stream);
      const { head } = ask.head.get(room.id);
      answer({
        ok: true,
        stream,
        head,
        epoch: "one",
        events: ask.after.all(room.id, after).map((row) => shown(row, person)),
      });
    });
    socket.on("room_post", (told, answer) => {
      if (typeof told.body !== "string" || !told.body.trim() || told.body.length > 4000)
        return answer({ ok: false, code: "invalid" });
      const allowed = ask.writes.get(told.room, person.id);
      if (!allowed) return answer({ ok: false, code: "not_found" });
      const { seq, event } = store(person, told);
      if (event)
        io.of("/live")
          .to(allowed.stream)
          .emit("events", { stream: allowed.stream, epoch: "one", events: [event] });
      answer({ ok: true, seq, room: told.room });
    });
  });
http.listen(Number(port), "127.0.0.1", 1024, () => console.log("ready"));
