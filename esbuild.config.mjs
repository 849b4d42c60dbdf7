// Bundles app/static/src into app/static/dist, under hashed names, and writes the manifest that templates read.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";
import { browserslistToTargets, transform } from "lightningcss";
import subsetFont from "subset-font";
import { europe } from "./app/static/src/geometry/europe.js";

const SOURCES = "app/static/src";
const DIST = "app/static/dist";
/** The oldest browsers that Trama promises to work in, such as "chrome 111". */
const { browserslist: FLOOR } = JSON.parse(await readFile("package.json", "utf8"));
const BREAKPOINTS = join(SOURCES, "css/parts/breakpoints.css");
const FONT_RULES = join(SOURCES, "css/parts/fonts.css");
const FONT_SOURCES = "node_modules/@fontsource-variable/manrope/files";
const FONT_CACHE = ".cache/fonts";
const WEIGHTS = { min: 400, max: 700 };
const LATIN_FEATURES = ["kern", "tnum", "ccmp", "locl", "mark"];
/** A file that several scripts share is worth a request from this size on; a smaller one goes into app.js, which is everywhere. */
const MIN_CHUNK_BYTES = 2048;
const EVERYWHERE = join(SOURCES, "js/app.js");
/** One file without imports, which the server sends under an address of its own. */
const WORKER = join(SOURCES, "js/worker/service-worker.js");
/** Tables of a variable font that browsers do without: what they hold is in gvar, or for programs with a font menu. */
const DROPPED_TABLES = ["HVAR", "MVAR", "STAT", "gasp"];

/** The files of one folder, not of those below it: each is an entry point. */
async function entries(folder, extension) {
  const names = await readdir(join(SOURCES, folder)).catch(() => []);
  return names.filter((name) => name.endsWith(extension)).map((name) => join(SOURCES, folder, name));
}

/** The characters of a value of unicode-range, as one string. */
function charactersOf(ranges) {
  return ranges
    .split(",")
    .map((range) =>
      range
        .trim()
        .replace("U+", "")
        .split("-")
        .map((point) => parseInt(point, 16)),
    )
    .flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, index) => first + index))
    .map((point) => String.fromCodePoint(point))
    .join("");
}

/** One file of the font with these characters only, as WOFF2; kept in a cache by everything that it is made from. */
async function cutFont(source, characters) {
  const font = await readFile(join(FONT_SOURCES, `manrope-${source}-wght-normal.woff2`));
  const options = {
    targetFormat: "woff2",
    variationAxes: { wght: WEIGHTS },
    keepFeatures: source === "latin" ? LATIN_FEATURES : [], // with kerning a Greek name would cost more than 6 KB
    dropTables: DROPPED_TABLES,
    noHinting: true,
  };
  const fingerprint = createHash("sha256").update(font).update(characters).update(JSON.stringify(options));
  const kept = join(FONT_CACHE, `${fingerprint.digest("hex")}.woff2`);
  return readFile(kept).catch(async () => {
    const cut = await subsetFont(font, characters, options);
    await mkdir(FONT_CACHE, { recursive: true });
    await writeFile(`${kept}.new`, cut);
    await rename(`${kept}.new`, kept);
    return cut;
  });
}

/**
 * The font for what the server sets in type, in files of one subset each with names of four letters and three more
 * ("ManrGrk"): of several files of one name typst takes one alone. It needs no WOFF2 and no axis of weights.
 */
const PRINT_FONTS = { latin: "Lat", "latin-ext": "Ext", greek: "Grk", cyrillic: "Cyr" };
const PRINT_RANGES = "U+20-24F, U+370-3FF, U+400-4FF, U+1E00-1FFF, U+2000-206F, U+20A0-20CF";
const PRINT_WEIGHT = 650;

/** Writes one of PRINT_FONTS and returns its path; kept in a cache as the cut fonts are. */
async function writePrintFont([source, tag]) {
  const font = await readFile(join(FONT_SOURCES, `manrope-${source}-wght-normal.woff2`));
  const options = { targetFormat: "truetype", variationAxes: { wght: PRINT_WEIGHT }, noHinting: true };
  const fingerprint = createHash("sha256").update(font).update(PRINT_RANGES).update(JSON.stringify(options));
  const kept = join(FONT_CACHE, `${fingerprint.digest("hex")}-${tag}.ttf`);
  const cut = await readFile(kept).catch(async () => {
    const wide = (text) => Buffer.from(text, "utf16le").swap16();
    const plain = await subsetFont(font, charactersOf(PRINT_RANGES), options);
    for (let at = plain.indexOf(wide("Manrope")); at >= 0; at = plain.indexOf(wide("Manrope"))) {
      wide(`Manr${tag}`).copy(plain, at);
    }
    await mkdir(FONT_CACHE, { recursive: true });
    await writeFile(`${kept}.new`, plain);
    await rename(`${kept}.new`, kept);
    return plain;
  });
  const path = join(DIST, "print", `manrope-${source}.ttf`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, cut);
  await rename(`${path}.new`, path);
  return path;
}

/** Resolves url("cut:SOURCE/NAME.woff2") to the letters that the same rule lists in its unicode-range. */
const cutFonts = {
  name: "cut-fonts",
  async setup({ onResolve, onLoad }) {
    const rules = await readFile(FONT_RULES, "utf8");
    const found = [...rules.matchAll(/url\("cut:([\w/.-]+)"\)[^}]*?unicode-range:\s*([^;]+);/g)];
    const characters = new Map(found.map(([, path, ranges]) => [path, charactersOf(ranges)]));
    onResolve({ filter: /^cut:/ }, ({ path }) => ({ path: path.slice("cut:".length), namespace: "cut" }));
    onLoad({ filter: /.*/, namespace: "cut" }, async ({ path }) => ({
      contents: await cutFont(dirname(path), characters.get(path)),
      loader: "file",
    }));
  },
};

/** Puts widths in the place of their names, and rewrites what the oldest browsers do not know, such as light-dark(). */
const lowerStyles = {
  name: "lower-styles",
  async setup({ onLoad }) {
    const breakpoints = await readFile(BREAKPOINTS);
    const targets = browserslistToTargets(FLOOR);
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code, map } = transform({
        filename: basename(path),
        code: Buffer.concat([await readFile(path), breakpoints]), // below, so that the lines keep their numbers
        drafts: { customMedia: true },
        targets,
        sourceMap: true,
      });
      const inline = `/*# sourceMappingURL=data:application/json;base64,${Buffer.from(map).toString("base64")} */`;
      return { contents: `${code}\n${inline}`, loader: "css", resolveDir: dirname(path) };
    });
  },
};

const SHARED = {
  outbase: SOURCES,
  outdir: DIST,
  entryNames: "[dir]/[name]-[hash]",
  chunkNames: "js/shared/[name]-[hash]",
  assetNames: "[ext]/[name]-[hash]",
  bundle: true,
  minify: true,
  sourcemap: true,
  metafile: true,
  target: FLOOR.map((browser) => browser.replace(" ", "")),
  logLevel: "warning",
};

/**
 * Has each script import app.js, and app.js these modules: what every script reaches becomes one file.
 * @param {string[]} modules
 */
function gathering(modules) {
  return {
    name: "gathering",
    setup({ onLoad }) {
      onLoad({ filter: /[\\/]static[\\/]src[\\/]js[\\/][^\\/]+\.js$/ }, async ({ path }) => {
        const own = relative(".", path);
        const imported = own === EVERYWHERE ? modules : [EVERYWHERE];
        const lines = imported.map(
          (each) => `import ${JSON.stringify(`./${relative(dirname(own), each)}`)};`,
        );
        return { contents: [await readFile(path, "utf8"), ...lines].join("\n"), loader: "js" };
      });
    },
  };
}

/** The scripts as they are built: `outputs` of the metafile and `outputFiles`, with no shared file that is too small. */
async function buildScripts() {
  const entryPoints = await entries("js", ".js");
  const gathered = new Set();
  while (true) {
    const plugins = [gathering([...gathered])];
    const made = await build({
      ...SHARED,
      plugins,
      entryPoints,
      splitting: true,
      format: "esm",
      write: false,
    });
    const small = Object.values(made.metafile.outputs).flatMap(({ bytes, entryPoint, inputs }) =>
      entryPoint || bytes >= MIN_CHUNK_BYTES
        ? []
        : Object.keys(inputs).filter((input) => !gathered.has(input)),
    );
    if (!small.length) return made;
    for (const input of small) gathered.add(input);
  }
}

const [styles, worker, scripts, ...printFonts] = await Promise.all([
  build({
    ...SHARED,
    plugins: [cutFonts, lowerStyles],
    entryPoints: await entries("css", ".css"),
    loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  }),
  build({ ...SHARED, sourcemap: false, entryPoints: [WORKER], format: "iife" }),
  buildScripts(),
  ...Object.entries(PRINT_FONTS).map(writePrintFont),
]).catch(() => process.exit(1));

const { outputs } = scripts.metafile;

/** The map's coasts and borders, which only pages with the map fetch. */
const geometry = JSON.stringify(await europe());
const geometryDigest = createHash("sha256").update(geometry).digest("hex").slice(0, 8);
const geometryPath = join(DIST, `geometry/europe-${geometryDigest}.json`);
await mkdir(dirname(geometryPath), { recursive: true });
await writeFile(geometryPath, geometry);

/** The files that an output needs before it runs, itself not among them, those that are needed first in front. */
function needs(path, found = new Set()) {
  for (const each of outputs[path].imports) {
    if (each.kind !== "import-statement" || found.has(each.path)) continue;
    needs(each.path, found);
    found.add(each.path);
  }
  return found;
}

const pathOf = Object.fromEntries(
  Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]),
);
// What every script reaches is app.js; the file of that name would only import it.
const stub = pathOf[EVERYWHERE];
const [everywhere] = outputs[stub].imports.map(({ path }) => path);

const written = scripts.outputFiles.filter(
  ({ path }) => ![stub, `${stub}.map`].includes(relative(".", path)),
);
await Promise.all(
  written.map(async ({ path, contents }) => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }),
);

// Fonts have names too, so that a page can ask for the one it needs at once.
const nameOf = (path, { entryPoint, inputs }) =>
  path.endsWith(".woff2")
    ? `fonts/${basename(Object.keys(inputs)[0])}`
    : entryPoint && relative(SOURCES, entryPoint);
const made = Object.entries({ ...styles.metafile.outputs, ...outputs });
const named = made.flatMap(([path, output]) => (nameOf(path, output) ? [[nameOf(path, output), path]] : []));
const built = Object.fromEntries(named.sort()); // the file of each name, under app.js the one that every script needs
built[relative(SOURCES, EVERYWHERE)] = everywhere;
const imported = Object.keys(built)
  .filter((name) => name.endsWith(".js"))
  .map((name) => [name, [...needs(built[name])].filter((path) => path !== everywhere)]);
for (const path of Object.keys(worker.metafile.outputs)) built[relative(SOURCES, WORKER)] = path;
built["geometry/europe.json"] = geometryPath;
const inDist = (path) => relative(DIST, path);
/** `files`: each source's file; `imports`: what each script needs besides app.js, to be asked for with it. */
const manifest = {
  files: Object.fromEntries(Object.entries(built).map(([name, path]) => [name, inDist(path)])),
  imports: Object.fromEntries(imported.map(([name, paths]) => [name, paths.map(inDist)])),
};

// The manifest changes in one move, and only then do the files of the build before it go.
await writeFile(join(DIST, "manifest.json.new"), `${JSON.stringify(manifest, null, 2)}\n`);
await rename(join(DIST, "manifest.json.new"), join(DIST, "manifest.json"));
const styleFiles = Object.keys(styles.metafile.outputs);
const kept = new Set([
  join(DIST, "manifest.json"),
  geometryPath,
  ...styleFiles,
  ...printFonts,
  ...Object.keys(worker.metafile.outputs),
  ...written.map(({ path }) => relative(".", path)),
]);
for (const file of await readdir(DIST, { recursive: true, withFileTypes: true })) {
  const path = join(file.parentPath ?? file.path ?? dirname(DIST), file.name);
  if (file.isFile() && !kept.has(path)) await rm(path);
}
