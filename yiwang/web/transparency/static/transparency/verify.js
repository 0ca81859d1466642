// Checks an export of the journal or the proof of a case as `yiwang verify` does (kernel/journal/checking.py, docs/adr/0030
// and 0031): the same faults in the same order. Nothing leaves the browser. `window.sealVerify(file, wishes)` gives the verdict.
(() => {
  "use strict";
  const FORM = 1, MOST_FAULTS = 20, MOST_LINE = 64 * 1024 * 1024, MOST_NOTE = 20000, ORIGIN = "yiwang/", DASH = "— ";
  const FIRST_LINE = ["yiwang", "form", "town", "key", "head"], OF_SOME = ["about", "figure", "signed"];
  const OF_ENTRY = ["position", "verb", "recorded_at", "entry", "hash", "proof"];
  const encoder = new TextEncoder();

  class Stopped extends Error {
    constructor(slug, position = null, verb = "", more = {}) {
      super(slug);
      this.fault = { slug, position, verb, more };
    }
  }
  class NoteUnread extends Error {}

  // --- bytes -------------------------------------------------------------------------------------------------------
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  };
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const hex = (bytes) => Array.from(bytes, (one) => one.toString(16).padStart(2, "0")).join("");
  const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
  const fromHex = (said) => typeof said === "string" && /^[0-9a-f]{64}$/.test(said) // one spelling for one content
    ? Uint8Array.from(said.match(/../g), (pair) => parseInt(pair, 16)) : null;
  const fromBase64 = (text) => {
    let plain;
    try { plain = atob(text); } catch { throw new NoteUnread(text); }
    if (btoa(plain) !== text) throw new NoteUnread(text); // one spelling for one content
    return Uint8Array.from(plain, (one) => one.charCodeAt(0));
  };
  const toBase64 = (bytes) => btoa(String.fromCharCode(...bytes));
  // Half a surrogate pair has no UTF-8: the encoder would write another character's. A byte that no text has keeps them apart.
  const textBytes = (text) => /\p{Surrogate}/u.test(text) ? joined(encoder.encode(text), [255]) : encoder.encode(text);
  const isPlace = (value) => Number.isSafeInteger(value);
  const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const short = (value, length) => String(value).slice(0, length);

  // --- the tree (RFC 6962, 9162) -----------------------------------------------------------------------------------
  const leafHash = (content) => sha256(joined([0], content));
  const nodeHash = (left, right) => sha256(joined([1], left, right));
  const half = (number) => Math.floor(number / 2); // >> would cut a place off at 2^31

  class Frontier {
    constructor() { this.size = 0; this.peaks = []; }
    async add(leaf) {
      for (let place = this.size; place % 2; place = half(place)) leaf = await nodeHash(this.peaks.pop(), leaf);
      this.peaks.push(leaf);
      this.size += 1;
    }
    async root() {
      if (!this.peaks.length) return sha256(new Uint8Array());
      let top = this.peaks[this.peaks.length - 1];
      for (let at = this.peaks.length - 2; at >= 0; at -= 1) top = await nodeHash(this.peaks[at], top);
      return top;
    }
  }

  async function included(leaf, index, size, proof, root) {
    if (index < 0 || index >= size) return false;
    let place = index, last = size - 1, found = leaf;
    for (const one of proof) {
      if (last === 0) return false;
      if (place % 2 || place === last) {
        found = await nodeHash(one, found);
        while (place % 2 === 0 && place) { place = half(place); last = half(last); }
      } else found = await nodeHash(found, one);
      place = half(place);
      last = half(last);
    }
    return last === 0 && same(found, root);
  }

  // --- signed heads and keys (C2SP) --------------------------------------------------------------------------------
  function readHead(note) {
    const parted = note.lastIndexOf("\n\n");
    const [text, below] = [note.slice(0, parted), note.slice(parted + 2)];
    if (parted < 0 || !below.endsWith("\n") || note.length > MOST_NOTE) throw new NoteUnread(note);
    const lines = `${text}\n`.split("\n");
    if (lines.length < 4 || !lines[0] || !/^(0|[1-9][0-9]{0,17})$/.test(lines[1])) throw new NoteUnread(note);
    const [size, root] = [Number(lines[1]), fromBase64(lines[2])];
    if (root.length !== 32 || !isPlace(size)) throw new NoteUnread(note);
    return { origin: lines[0], size, root, signatures: below.slice(0, -1).split("\n").map(readSignature), text: `${text}\n` };
  }

  function readSignature(line) {
    const [, name, encoded] = line.match(/^— ([^ ]+) (.*)$/) || [];
    const content = name ? fromBase64(encoded) : [];
    if (content.length <= 4) throw new NoteUnread(line);
    return { name, keyHash: content.slice(0, 4), signature: content.slice(4) };
  }

  function readHeads(text) {
    const notes = [];
    let lines = [], below = false;
    for (const line of text.replace(/\r\n/g, "\n").split("\n")) {
      if (below && !line.startsWith(DASH)) {
        notes.push(`${lines.join("\n")}\n`);
        lines = [];
        below = false;
      }
      if (line.startsWith(DASH)) below = true;
      if (line || lines.length) lines.push(line);
    }
    if (lines.join("").trim()) notes.push(`${lines.join("\n").replace(/\n+$/, "")}\n`);
    return notes;
  }

  async function readKey(text) {
    const [, name, saidHash, encoded] = text.trim().match(/^([^+\s]+)\+([^+]*)\+(.*)$/) || [];
    const content = name ? fromBase64(encoded) : [];
    if (content.length !== 33 || content[0] !== 1) throw new NoteUnread(text);
    const keyHash = (await sha256(joined(encoder.encode(`${name}\n`), content))).slice(0, 4);
    if (hex(keyHash) !== saidHash) throw new NoteUnread(text);
    return { name, keyHash, public: content.slice(1), text: `${name}+${saidHash}+${encoded}` };
  }

  // By the browser where it knows Ed25519, else by the carried library (docs/adr/0031).
  async function rightSignature(key, signature, text, library) {
    const message = encoder.encode(text);
    try {
      key.native ??= await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
    } catch (fault) {
      if (!library) throw fault;
    }
    if (key.native) return crypto.subtle.verify({ name: "Ed25519" }, key.native, signature, message);
    const { verifyAsync } = await library();
    return signature.length === 64 && verifyAsync(signature, message, key.public, { zip215: false });
  }

  // --- the file ----------------------------------------------------------------------------------------------------
  async function* rawLines(file, told) {
    const start = new Uint8Array(await file.slice(0, 2).arrayBuffer());
    let read = 0;
    const counted = new TransformStream({
      transform(chunk, controller) { read += chunk.length; told(read / file.size); controller.enqueue(chunk); },
    });
    let stream = file.stream().pipeThrough(counted);
    if (start[0] === 0x1f && start[1] === 0x8b) stream = stream.pipeThrough(new DecompressionStream("gzip"));
    const reader = stream.getReader();
    let rest = [], held = 0;
    const whole = (...parts) => { const line = joined(...rest, ...parts); rest = []; held = 0; return line; };
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      let from = 0;
      for (let at = value.indexOf(10); at >= 0; at = value.indexOf(10, from)) {
        yield whole(value.subarray(from, at + 1));
        from = at + 1;
      }
      rest.push(value.slice(from));
      held += value.length - from;
      if (held > MOST_LINE) break; // too long a line: what is held is given, and not read
    }
    if (held) yield whole();
  }

  async function* numbered(raw) {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    let number = 0;
    try {
      for await (const bytes of raw) {
        number += 1;
        const line = object(bytes, decoder);
        if (!line) throw new Stopped("unreadable", null, "", { line: number });
        yield { number, line };
      }
    } catch (fault) {
      if (fault instanceof Stopped) throw fault;
      throw new Stopped("unreadable", null, "", { line: number + 1 }); // it does not unpack
    }
  }

  function object(bytes, decoder) {
    if (bytes.length > MOST_LINE) return null;
    try {
      const text = decoder.decode(bytes), found = JSON.parse(text);
      // In its one spelling: in another one a name could stand twice, and a reader be shown what nobody checks.
      return isObject(found) && JSON.stringify(found) === text.replace(/\n$/, "") ? found : null;
    } catch { return null; }
  }

  function frame(text) {
    try {
      const found = JSON.parse(text)[0];
      return isObject(found) ? found : {};
    } catch { return {}; }
  }
  const verbOf = (text) => { const { verb } = frame(text); return typeof verb === "string" ? short(verb, 60) : ""; };
  const has = (line, name) => Object.prototype.hasOwnProperty.call(line, name);
  const isEnd = (line) => has(line, "end") && Object.keys(line).length === 1;

  // --- what is checked ---------------------------------------------------------------------------------------------
  class Check {
    constructor(lines, wishes) {
      this.lines = lines;
      this.wishes = wishes;
      this.verdict = { kind: "", town: "", key: "", size: 0, root: "", entries: 0, heads: 0, witnessed: 0, about: "", figure: "", rows: 0, digest: "", faults: [] };
    }
    add(slug, position = null, verb = "", more = {}) { this.verdict.faults.push({ slug, position, verb, more }); }
    async next() { const { done, value } = await this.lines.next(); return done ? null : value; }

    async run() {
      try {
        const first = await this.open();
        await kinds[first.yiwang](this, first);
      } catch (fault) {
        if (!(fault instanceof Stopped)) throw fault;
        this.verdict.faults.push(fault.fault);
      }
      return { ...this.verdict, right: !this.verdict.faults.length };
    }

    async open() {
      const { verdict } = this, first = ((await this.next()) || { line: {} }).line;
      const foreign = Object.keys(first).some((name) => ![...FIRST_LINE, ...OF_SOME].includes(name));
      const words = !foreign && FIRST_LINE.every((name) => has(first, name));
      if (!words || !has(kinds, String(first.yiwang)) || !Number.isInteger(first.form)) {
        throw new Stopped("not-ours");
      }
      if (first.form !== FORM) throw new Stopped("other-form", null, "", { form: short(first.form, 20) });
      Object.assign(verdict, { kind: first.yiwang, town: String(first.town), key: String(first.key), about: short(first.about ?? "", 60) });
      this.keys = await this.trusted(verdict.key);
      this.head = this.read(String(first.head), "head-unreadable");
      if (!(await this.signed(this.head))) throw new Stopped("head-unsigned", null, "", { size: this.head.size });
      if (this.head.origin !== `${ORIGIN}${verdict.town}`) {
        throw new Stopped("other-town", null, "", { town: short(verdict.town, 60), origin: short(this.head.origin, 60) });
      }
      verdict.size = this.head.size;
      verdict.root = hex(this.head.root);
      return first;
    }

    async trusted(own) {
      let keys, mine;
      try {
        keys = await Promise.all((this.wishes.keys.length ? this.wishes.keys : [own]).map(readKey));
        mine = await readKey(own);
      } catch (fault) {
        if (!(fault instanceof NoteUnread)) throw fault;
        throw new Stopped("key-unreadable");
      }
      if (mine.text !== own) throw new Stopped("key-unreadable");
      if (!keys.some((key) => key.text === mine.text)) throw new Stopped("other-key", null, "", { key: mine.text });
      return keys;
    }

    read(text, slug, position = null) {
      try { return readHead(text); } catch (fault) {
        if (!(fault instanceof NoteUnread)) throw fault;
        throw new Stopped(slug, position);
      }
    }

    async signed(note) {
      for (const key of this.keys) {
        for (const one of note.signatures) {
          const tried = one.name === key.name && same(one.keyHash, key.keyHash);
          if (tried && (await rightSignature(key, one.signature, note.text, this.wishes.library))) return true;
        }
      }
      return false;
    }

    // The heads that witnesses kept, by size.
    async kept() {
      const found = new Map();
      for (const { name, text } of this.wishes.witnesses) {
        const notes = readHeads(text);
        if (!notes.length) this.add("witness-empty", null, "", { witness: name });
        for (const each of notes) {
          let note;
          try { note = readHead(each); } catch (fault) {
            if (!(fault instanceof NoteUnread)) throw fault;
            this.add("witness-unreadable", null, "", { witness: name });
            break;
          }
          if (!(await this.signed(note))) { this.add("witness-unsigned", note.size, "", { witness: name }); break; }
          found.set(note.size, [...(found.get(note.size) || []), { witness: name, root: note.root }]);
        }
      }
      return found;
    }

    // --- the whole journal
    async journal() {
      Object.assign(this, { tree: new Frontier(), agreed: 0, doubted: null, attested: 0, contradicted: new Map(), end: null });
      this.witnessed = await this.kept();
      for (let at = await this.next(); at; at = await this.next()) {
        if (isEnd(at.line)) {
          this.end = at.line.end;
          if (await this.next()) throw new Stopped("after-end", null, "", { line: at.number + 1 });
          break;
        }
        await this.take(at.line, at.number);
      }
      await this.close();
    }

    async take(line, number) {
      const { position, entry: text } = line, known = ["position", "entry", "hash", "head"];
      if (!isPlace(position) || typeof text !== "string" || Object.keys(line).some((name) => !known.includes(name))) {
        throw new Stopped("unreadable", null, "", { line: number });
      }
      const expected = this.tree.size + 1;
      if (position !== expected) {
        const [slug, where] = await this.outOfPlace(expected, position);
        throw new Stopped(slug, where, verbOf(text), { found: position });
      }
      await this.tree.add(await leafHash(await this.digest(line, position)));
      this.verdict.entries = position;
      if (position === this.head.size + 1) this.add("beyond-head", position, verbOf(text), { size: this.head.size });
      if (has(line, "head")) await this.atHead(String(line.head), position, text);
      const here = this.witnessed.get(position) || [];
      this.witnessed.delete(position);
      for (const one of here) await this.atWitness(one, position, text);
    }

    async outOfPlace(expected, found) {
      if (found < expected) return ["repeated", found];
      for (let at = await this.next(); at; at = await this.next()) if (at.line.position === expected) return ["moved", expected];
      return ["missing", expected];
    }

    async digest(line, position) {
      const own = await sha256(textBytes(line.entry));
      const stated = has(line, "hash") ? fromHex(line.hash) : own;
      if ((!stated || !same(stated, own)) && this.verdict.faults.length < MOST_FAULTS) this.add("changed", position, verbOf(line.entry));
      return stated || own;
    }

    async atHead(text, position, entry) {
      const note = this.read(text, "head-unreadable", position);
      if (!(await this.signed(note))) throw new Stopped("head-unsigned", position, verbOf(entry), { size: note.size });
      if (note.size !== position) {
        throw new Stopped("head-misplaced", position, verbOf(entry), { size: note.size, first: this.agreed + 1 });
      }
      if (same(note.root, await this.tree.root())) {
        this.verdict.heads += 1;
        this.agreed = position;
      } else this.doubted ??= position;
    }

    async atWitness({ witness, root }, position, text) {
      if (same(root, await this.tree.root())) {
        this.verdict.witnessed += 1;
        this.attested = position;
      } else if (!this.contradicted.has(witness)) {
        const more = { witness, first: this.attested + 1, last: position };
        this.contradicted.set(witness, { slug: "witness-disagrees", position, verb: verbOf(text), more });
      }
    }

    async close() {
      const count = this.tree.size, { size, root } = this.head;
      if (this.end === null) this.add("cut", count + 1, "", { last: size });
      else if (count < size) this.add("missing-end", count + 1, "", { last: size });
      else if (this.end !== count) this.add("other-end", count, "", { end: short(this.end, 20) });
      if (this.doubted !== null || (count === size && !same(await this.tree.root(), root))) {
        const first = this.agreed + 1;
        this.add("other-root", first, "", { first, last: this.doubted ?? count });
      }
      this.verdict.faults.push(...this.contradicted.values());
      const [beyond] = [...this.witnessed.keys()].sort((one, other) => one - other);
      if (beyond === undefined) return;
      const names = [...new Set(this.witnessed.get(beyond).map((one) => one.witness))].sort().join(", ");
      this.add("witness-beyond", beyond, "", { witness: names, size: count });
    }

    // --- the proof of one case
    async proofs(first) {
      await this.atWitnesses();
      let end = null, last = 0, told = "";
      for (let at = await this.next(); at; at = await this.next()) {
        if (isEnd(at.line)) { end = at.line.end; break; }
        last = await this.proven(at.line, at.number, last);
        told += await saidOf(at.line);
      }
      const { entries, town, kind } = this.verdict, { size, root } = this.head;
      if (end !== entries || (await this.next())) this.add("cut", null, "", { last: entries });
      const [of, digest] = [hex(await sha256(textBytes(String(first.about ?? "")))), hex(await sha256(textBytes(told)))];
      const said = `${ORIGIN}${town}/${kind}\nabout ${of}\nentries ${entries} ${digest}\nhead ${size} ${toBase64(root)}\n`;
      if (!(await this.isSigned(said, String(first.signed ?? "")))) this.add("proof-unsigned");
    }

    // Whether the note is one of this text, signed by one of the keys.
    async isSigned(said, note) {
      if (!note.startsWith(`${said}\n${DASH}`) || !note.endsWith("\n") || note.length > MOST_NOTE) return false;
      try {
        return await this.signed({ signatures: note.slice(said.length + 1, -1).split("\n").map(readSignature), text: said });
      } catch (fault) {
        if (!(fault instanceof NoteUnread)) throw fault;
        return false;
      }
    }

    // The head of a proof against those of its size that witnesses kept.
    async atWitnesses() {
      const { size, root } = this.head, atHead = (await this.kept()).get(size) || [];
      this.verdict.witnessed = atHead.filter((one) => same(one.root, root)).length;
      for (const one of atHead) {
        if (!same(one.root, root)) this.add("witness-disagrees", size, "", { witness: one.witness, first: 1, last: size });
      }
    }

    async proven(line, number, last) {
      const { position, proof, entry: text } = line, told = typeof text === "string";
      const known = Object.keys(line).every((name) => OF_ENTRY.includes(name)) && (has(line, "hash") || has(line, "entry"));
      if (!isPlace(position) || !Array.isArray(proof) || !known) {
        throw new Stopped("unreadable", null, "", { line: number });
      }
      const verb = told ? verbOf(text) : String(line.verb ?? "");
      if (position <= last) throw new Stopped("repeated", position, verb, { found: position });
      this.verdict.entries += 1;
      const own = told ? await sha256(textBytes(text)) : null;
      const stated = has(line, "hash") ? fromHex(line.hash) : own;
      if (told && !(stated && same(stated, own) && asTold(line, text))) this.add("changed", position, verb);
      const path = proof.map(fromHex), { size, root } = this.head;
      const right = stated && path.every(Boolean) && (await included(await leafHash(stated), position - 1, size, path, root));
      if (!right) this.add("other-proof", position, verb, { size });
      return position;
    }
  }

  const asTold = (line, text) => {
    const said = frame(text);
    return ["verb", "recorded_at"].every((name) => !has(line, name) || said[name] === line[name]);
  };

  async function saidOf(line) {
    const digest = has(line, "hash") ? line.hash : hex(await sha256(textBytes(line.entry)));
    return `${JSON.stringify([line.position, digest, line.verb ?? "", line.recorded_at ?? ""])}\n`;
  }

  // What a file may be, by its first word; figure.js adds its own.
  const kinds = { journal: (check) => check.journal(), case: (check, first) => check.proofs(first), promise: (check, first) => check.proofs(first) };

  // wishes: keys (trusted ones as text), witnesses ({name, text}), library (gives the carried Ed25519), told (0 to 1).
  window.sealVerify = (file, { keys = [], witnesses = [], library = null, told = () => {} } = {}) =>
    new Check(numbered(rawLines(file, told)), { keys, witnesses, library }).run();
  const parts = {
    Stopped, MOST_FAULTS, encoder, sha256, hex, same, joined, fromHex, toBase64, textBytes, frame, has, isObject, isPlace, isEnd, short,
  };
  Object.assign(window.sealVerify, { kinds, parts });
})();
