-- Every case that fill.py wrote, :k times more: same words, another identifier, day and number. Run by fill.py, which knows k.
CREATE FUNCTION pg_temp.again(given uuid, k int) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$ SELECT md5(given::text || k)::uuid $$;
CREATE FUNCTION pg_temp.moved(given uuid, k int, ended boolean) RETURNS interval IMMUTABLE LANGUAGE sql AS $$
    SELECT -make_interval(mins => (hashtext(given::text || k) & 4095) * CASE WHEN ended THEN 360 ELSE 1 END) $$;
CREATE FUNCTION pg_temp.checked(body text) RETURNS text IMMUTABLE LANGUAGE sql AS $$
    SELECT body || lpad((98 - ((string_agg(CASE WHEN one ~ '[A-Z]' THEN (ascii(one) - 55)::text ELSE one END, '' ORDER BY at) || '00')::numeric
           % 97))::text, 2, '0') FROM regexp_split_to_table(body, '') WITH ORDINALITY AS pieces (one, at) $$;

CREATE TEMP TABLE made AS
SELECT c.id AS old, k, pg_temp.again(c.id, k) AS id, by,
       to_char((opened_at + by) AT TIME ZONE 'Asia/Shanghai', '"XH"YYYYMMDD') || source AS head
FROM "case" c, generate_series(1, %(k)s) AS k, LATERAL (SELECT pg_temp.moved(c.id, k, closed_at IS NOT NULL) AS by) moved
WHERE origin_ref LIKE 'copy:%%';
CREATE TEMP TABLE numbered AS
SELECT old, k, id, by, pg_temp.checked(head || (80000 + row_number() OVER (PARTITION BY head))::text) AS number FROM made;
ANALYZE numbered;
