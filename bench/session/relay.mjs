// The peer of a design session: Socket.IO 4 on Node as a bare relay. Whatever somebody sends goes on to everybody who
// follows, as large as ours would be and numbered; nothing is kept, nobody is asked who they are.
import { createServer } from "node:http";
import { Server } from "socket.io";

const [stream, table, port] = process.argv.slice(2);
const told = JSON.parse(table);
const http = createServer();
const io = new Server(http, { transports: ["websocket"], maxHttpBufferSize: 65536, serveClient: false });
let seq = 0;

/** So many bytes as a text, less what stands around it. */
const padding = (bytes, around) => "x".repeat(Math.max(0, bytes - around));

io.of("/live").on("connection", (socket) => {
  socket.on("subscribe", (_asked, answer) => {
    socket.join(stream);
    answer({ ok: true, stream, head: seq, epoch: "one", events: [] });
  });
  for (const [event, [kind, size, answered]] of Object.entries(told)) {
    socket.on(event, (_content, answer) => {
      seq += 1;
      const events = [{ seq, kind, patch: padding(size, 120) }];
      io.of("/live").to(stream).emit("events", { stream, epoch: "one", events });
      answer({ ok: true, mine: padding(answered, 40) });
    });
  }
});
http.listen(Number(port), "127.0.0.1", 1024, () => console.log("ready"));
