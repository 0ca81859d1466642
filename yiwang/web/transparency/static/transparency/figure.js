// Checks a figure with what it rests on as `yiwang verify` does (kernel/journal/figurechecking.py): the same faults in the same
// order. It adds this kind of file to verify.js, which it is loaded after.
(() => {
  "use strict";
  const { kinds, parts } = window.sealVerify;
  const { Stopped, MOST_FAULTS, encoder, sha256, hex, joined, fromHex, textBytes, has, isObject, isPlace, isEnd, short } = parts;
  const COUNTS = /^(0|1|0\.[0-9]{1,12})$/, SUM = /^[0-9]{1,15}(\.[0-9]{1,12})?$/, MONTH = /^[0-9]{4}-[0-9]{2}$/;
  const PLACES = 12; // of a decimal: sums are exact
  class Unread extends Error {}

  // --- values of a known form; anything else is no figure
  const text = (found) => { if (typeof found !== "string") throw new Unread(); return found; };
  const named = (found) => (found === null ? null : text(found));
  const texts = (found) => { if (!Array.isArray(found)) throw new Unread(); return found.map(text); };
  const formed = (form, found) => { if (!form.test(text(found))) throw new Unread(); return found; };
  const place = (found) => { if (!isPlace(found)) throw new Unread(); return found; };
  const under = (found, name) => { if (!isObject(found) || !has(found, name)) throw new Unread(); return found[name]; };
  const parsed = (found) => { try { return JSON.parse(text(found)); } catch { throw new Unread(); } };
  const units = (said) => {
    const [whole, part = ""] = said.split(".");
    return BigInt(whole + part.padEnd(PLACES, "0"));
  };
  const plain = (sum) => {
    const digits = String(sum).padStart(PLACES + 1, "0");
    const part = digits.slice(-PLACES).replace(/0+$/, "");
    return digits.slice(0, -PLACES) + (part && `.${part}`);
  };

  function pair(found) {
    if (!Array.isArray(found) || found.length !== 2) throw new Unread();
    return { name: text(found[0]), each: units(formed(COUNTS, found[1])) };
  }

  function stated(said) {
    const figure = parsed(said), counts = under(figure, "counts"), numerator = under(counts, "numerator");
    if (!Array.isArray(numerator)) throw new Unread();
    const counting = { numerator: numerator.map(pair) };
    for (const name of ["denominator", "sources", "types"]) counting[name] = texts(under(counts, name));
    const rows = under(figure, "rows"), release = isPlace(figure.release) ? figure.release : null;
    if (!["open", "sealed", "none"].includes(rows) || !counting.denominator.length) throw new Unread();
    const found = {
      code: short(text(under(figure, "code")), 60), counting, rows, release,
      first: formed(MONTH, under(figure, "first")), last: formed(MONTH, under(figure, "last")),
      committee: named(under(figure, "committee")), team: named(under(figure, "team")),
      as_of: short(text(under(figure, "as_of")), 60),
      numerator: units(formed(SUM, under(figure, "numerator"))), denominator: place(under(figure, "denominator")),
    };
    found.share = `${plain(found.numerator)}/${found.denominator}`;
    found.told = `${found.share} · ${found.first}–${found.last} · ${found.as_of}`;
    return found;
  }

  // What the entries of a row may be about: of its case, or of what it names, which is never a case.
  function subjectsOf(row) {
    if (!has(row, "subjects")) return [JSON.stringify(["case", row.case_id])];
    if (!Array.isArray(row.subjects)) throw new Unread();
    return row.subjects.map((one) => {
      if (texts(one).length !== 2) throw new Unread();
      return JSON.stringify(one);
    });
  }

  function readRow(said) {
    const row = parsed(said);
    for (const name of ["case_id", "month", "source", "type"]) text(under(row, name));
    for (const name of ["part", "committee", "team"]) named(under(row, name));
    texts(under(row, "holds"));
    if (has(row, "subjects") && subjectsOf(row).some((one) => JSON.parse(one)[0] === "case")) throw new Unread();
    const places = under(row, "entries");
    if (!Array.isArray(places) || !places.length) throw new Unread();
    places.forEach(place);
    return row;
  }

  // How much a row counts; null for one that is not counted.
  function counted({ counting, first, last, committee, team }, row) {
    const { numerator, denominator, sources, types } = counting;
    if (row.month < first || row.month > last || ![null, row.committee].includes(committee) || ![null, row.team].includes(team)) return null;
    if (!denominator.every((one) => row.holds.includes(one)) || (sources.length && !sources.includes(row.source))) return null;
    if (types.length && !types.some((one) => row.type.startsWith(one))) return null;
    const found = numerator.find(({ name }) => row.holds.includes(name));
    return found ? found.each : 0n;
  }

  class Bundle {
    constructor(check, first) {
      Object.assign(this, { check, rows: [], sum: 0n, subjects: new Map(), seals: new Set(), seen: new Set(), found: new Set() });
      try { this.stated = stated(first.figure); } catch (fault) {
        if (!(fault instanceof Unread)) throw fault;
        throw new Stopped("figure-unreadable");
      }
      Object.assign(check.verdict, { kind: `figure-${this.stated.rows}`, about: this.stated.code, figure: this.stated.told });
      this.first = first;
    }
    add(slug, position = null, more = {}) {
      if (this.check.verdict.faults.length < MOST_FAULTS) this.check.add(slug, position, "", more);
    }

    async run() {
      const { check } = this;
      await check.atWitnesses();
      let last = 0, end = null, count = 0;
      for (let at = await check.next(); at; at = await check.next()) {
        if (isEnd(at.line)) { end = at.line.end; break; }
        count += 1;
        if (has(at.line, "seal")) await this.takeRow(at.line, at.number);
        else last = await this.takeEntry(at.line, at.number, last);
      }
      if (end !== count || (await check.next())) check.add("cut", null, "", { last: count });
      this.close();
      check.verdict.rows = this.rows.length;
      check.verdict.digest = hex(await sha256(encoder.encode(this.rows.join(""))));
      if (!(await this.isSigned())) check.add("figure-unsigned");
    }

    async takeRow(line, number) {
      const { seal, counts } = line, unreadable = () => new Stopped("unreadable", null, "", { line: number });
      if (this.found.size || !fromHex(seal) || typeof counts !== "string" || !COUNTS.test(counts)) throw unreadable();
      let again = this.seals.has(seal);
      this.seals.add(seal);
      this.rows.push(`${seal} ${counts}\n`);
      this.sum += units(counts);
      if (this.stated.rows === "open") {
        try { again = (await this.openRow(line, number, unreadable)) || again; } catch (fault) {
          throw fault instanceof Unread ? unreadable() : fault;
        }
      }
      if (again) this.add("row-repeated", null, { line: number });
    }

    async openRow(line, number, unreadable) {
      const salt = fromHex(line.salt);
      if (typeof line.row !== "string" || !salt) throw unreadable();
      if (hex(await sha256(joined(salt, textBytes(line.row)))) !== line.seal) this.add("row-changed", null, { line: number });
      const row = readRow(line.row);
      if (counted(this.stated, row) !== units(line.counts)) this.add("row-miscounted", null, { line: number });
      const who = JSON.stringify([row.case_id, row.part]), again = this.seen.has(who);
      this.seen.add(who);
      const subjects = new Set(subjectsOf(row)), shared = has(row, "subjects");
      for (const position of row.entries) {
        const before = this.subjects.get(position) ?? subjects;
        const same = before.size === subjects.size && [...before].every((one) => subjects.has(one));
        if (!same && !shared) this.add("entry-of-another", position);
        this.subjects.set(position, shared ? new Set([...before, ...subjects]) : before);
      }
      return again;
    }

    async takeEntry(line, number, last) {
      const position = await this.check.proven(line, number, last);
      this.found.add(position);
      if (!this.subjects.has(position)) {
        if (position !== this.stated.release) this.add("entry-without-row", position);
      } else if (typeof line.entry === "string") {
        const { subject_kind: kind, subject_id: subject } = parts.frame(line.entry);
        if (!this.subjects.get(position).has(JSON.stringify([kind, subject]))) this.add("entry-of-another", position);
      }
      return position;
    }

    close() {
      const { rows, share, release } = this.stated;
      const needed = [...this.subjects.keys(), ...(release === null ? [] : [release])].filter((one) => !this.found.has(one));
      if (needed.length) this.add("row-without-entry", needed.reduce((one, other) => Math.min(one, other)));
      const summed = `${plain(this.sum)}/${this.rows.length}`;
      if (summed !== (rows === "none" ? "0/0" : share)) this.add("other-sum", null, { sum: summed, said: share });
    }

    // The town's signature under the figure, its rows and the head as one.
    async isSigned() {
      const { verdict, head } = this.check, figure = hex(await sha256(textBytes(this.first.figure)));
      const rows = `${verdict.rows} ${verdict.digest}`;
      const said = `yiwang/${verdict.town}/figure\nfigure ${figure}\nrows ${rows}\nhead ${head.size} ${parts.toBase64(head.root)}\n`;
      return this.check.isSigned(said, String(this.first.signed ?? ""));
    }
  }

  kinds.figure = (check, first) => new Bundle(check, first).run();
})();
