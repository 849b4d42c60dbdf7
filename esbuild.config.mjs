// Bundles app/static/src into app/static/dist, under hashed names, and writes the manifest that templates read.
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";

const SOURCES = "app/static/src";
const DIST = "app/static/dist";

/** The files of one folder, not of those below it: each is an entry point. */
async function entries(folder, extension) {
  const names = await readdir(join(SOURCES, folder)).catch(() => []);
  return names.filter((name) => name.endsWith(extension)).map((name) => join(SOURCES, folder, name));
}

const { metafile } = await build({
  entryPoints: [...(await entries("css", ".css")), ...(await entries("js", ".js"))],
  outbase: SOURCES,
  outdir: DIST,
  entryNames: "[dir]/[name]-[hash]",
  chunkNames: "js/shared/[name]-[hash]",
  assetNames: "[ext]/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  minify: true,
  sourcemap: true,
  metafile: true,
  target: ["chrome111", "firefox115", "safari16.4"],
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  logLevel: "warning",
}).catch(() => process.exit(1));

const made = Object.entries(metafile.outputs);
const pages = made
  .filter(([, { entryPoint }]) => entryPoint)
  .map(([path, { entryPoint }]) => [relative(SOURCES, entryPoint), relative(DIST, path)]);
// Fonts have names too, so that a page can ask for the one it needs at once.
const fonts = made
  .filter(([path]) => path.endsWith(".woff2"))
  .map(([path, { inputs }]) => [`fonts/${basename(Object.keys(inputs)[0])}`, relative(DIST, path)]);
const manifest = Object.fromEntries([...pages, ...fonts].sort());

// The manifest changes in one move, and only then do the files of the build before it go.
await mkdir(DIST, { recursive: true });
await writeFile(join(DIST, "manifest.json.new"), JSON.stringify(manifest, null, 2) + "\n");
await rename(join(DIST, "manifest.json.new"), join(DIST, "manifest.json"));
const kept = new Set([join(DIST, "manifest.json"), ...made.map(([path]) => path)]);
for (const file of await readdir(DIST, { recursive: true, withFileTypes: true })) {
  const path = join(file.parentPath ?? file.path ?? dirname(DIST), file.name);
  if (file.isFile() && !kept.has(path)) await rm(path);
}
