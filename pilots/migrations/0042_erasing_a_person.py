"""Two functions of the database: the one way in which a record that is kept as written may change.

`pilotage_erase_person` replaces what a person is called, as auth_user has it, by her pseudonym and does nothing else. The
list of columns that are hashed is `KEPT`: they name people by their pseudonyms already. `pilotage_places_of_person` only
looks.
"""

from django.db import migrations

KEPT = (
    "pilots_verdict.evidence",
    "pilots_verdict.reason",
    "pilots_planversion.plan",
    "pilots_charterversion.charter",
    "pilots_signedmemo.data",
    "pilots_firstsignature.memo",
)
"""Columns under a hash. Beside them stays what is counted, and the cases and prompts that a suite's hash covers."""

FUNCTIONS = """
CREATE FUNCTION pilotage_names_of_person(
    person bigint, code text, with_username boolean, OUT pattern text, OUT replacement text
) RETURNS SETOF record LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '(?<![[:alnum:]_])' || regexp_replace(said.name, '([^[:alnum:][:space:]_])', '\\\\\\1', 'g') || '(?![[:alnum:]_])',
        said.pseudonym
    FROM auth_user u CROSS JOIN LATERAL (VALUES
        (trim(u.first_name || ' ' || u.last_name), 'Person ' || code, trim(u.first_name) <> '' AND trim(u.last_name) <> ''),
        (trim(u.email), 'person-' || code || '@erased.invalid', true),
        (u.username, 'person-' || code, with_username)
    ) AS said (name, pseudonym, wanted)
    WHERE u.id = person AND said.wanted AND length(said.name) > 1
    ORDER BY length(said.name) DESC
$$;

CREATE FUNCTION pilotage_scrubbed(value text, patterns text[], replacements text[])
RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = public, pg_temp AS $$
BEGIN
    FOR i IN 1 .. coalesce(cardinality(patterns), 0) LOOP
        value := regexp_replace(value, patterns[i], replacements[i], 'g');
    END LOOP;
    RETURN value;
END $$;

CREATE FUNCTION pilotage_scrubbed(value jsonb, patterns text[], replacements text[])
RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE jsonb_typeof(value)
        WHEN 'string' THEN to_jsonb(pilotage_scrubbed(value #>> '{}', patterns, replacements))
        WHEN 'array' THEN (
            SELECT coalesce(jsonb_agg(pilotage_scrubbed(item, patterns, replacements) ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS each (item, place))
        WHEN 'object' THEN (
            SELECT coalesce(jsonb_object_agg(key, pilotage_scrubbed(item, patterns, replacements)), '{}')
            FROM jsonb_each(value) AS each (key, item))
        ELSE value END
$$;

CREATE FUNCTION pilotage_text_columns(
    OUT relation text, OUT field text, OUT is_json boolean, OUT longest integer, OUT kept boolean
) RETURNS SETOF record LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.relname, a.attname, t.typname = 'jsonb', greatest(a.atttypmod - 4, 0),
        c.relname || '.' || a.attname = ANY('{KEPT}')
            OR c.relname ~ '^(pilots_(measurement|rollup|source)|evaluations_(case|prompt)$|django_(content_type|migrations))'
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped AND t.typname IN ('text', 'varchar', 'jsonb') AND c.relname <> 'auth_user'
    ORDER BY 1, 2
$$;

CREATE FUNCTION pilotage_places_of_person(person bigint, code text, with_username boolean)
RETURNS TABLE (place text, kept boolean, named bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    sought text := (SELECT string_agg(n.pattern, '|') FROM pilotage_names_of_person(person, code, with_username) n);
    col record;
BEGIN
    IF sought IS NULL THEN RETURN; END IF;
    FOR col IN SELECT * FROM pilotage_text_columns() LOOP
        place := col.relation || '.' || col.field;
        kept := col.kept;
        EXECUTE format('SELECT count(*) FROM %I WHERE %I::text ~ $1', col.relation, col.field) INTO named USING sought;
        IF named > 0 THEN RETURN NEXT; END IF;
    END LOOP;
END $$;

CREATE FUNCTION pilotage_erase_person(person bigint, code text, with_username boolean)
RETURNS TABLE (place text, changed bigint) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET pgtrigger.ignore = '{}' AS $$
DECLARE
    patterns text[];
    replacements text[];
    col record;
BEGIN
    IF code !~ '^[0-9a-f]{10}$' THEN
        RAISE EXCEPTION 'a pseudonym is ten hex digits, not %', code;
    END IF;
    SELECT array_agg(n.pattern), array_agg(n.replacement) INTO patterns, replacements
        FROM pilotage_names_of_person(person, code, with_username) n;
    IF patterns IS NULL THEN RETURN; END IF;
    PERFORM set_config('pgtrigger.ignore', array_agg(tgname)::text, true) FROM pg_trigger WHERE tgname LIKE 'pgtrigger\\_%';
    -- The PDF cannot be rewritten: it goes, and is made anew of the data, which knows her by her pseudonym.
    UPDATE pilots_signedmemo SET pdf = '' WHERE persons::text ~ array_to_string(patterns, '|');
    FOR col IN SELECT * FROM pilotage_text_columns() AS c WHERE NOT c.kept LOOP
        place := col.relation || '.' || col.field;
        EXECUTE format(
            CASE WHEN col.is_json THEN 'UPDATE %1$I SET %2$I = pilotage_scrubbed(%2$I, $1, $2) WHERE %2$I::text ~ $3'
                WHEN col.longest > 0
                    THEN 'UPDATE %1$I SET %2$I = left(pilotage_scrubbed(%2$I, $1, $2), $4) WHERE %2$I ~ $3'
                ELSE 'UPDATE %1$I SET %2$I = pilotage_scrubbed(%2$I, $1, $2) WHERE %2$I ~ $3' END,
            col.relation, col.field
        ) USING patterns, replacements, array_to_string(patterns, '|'), col.longest;
        GET DIAGNOSTICS changed = ROW_COUNT;
        IF changed > 0 THEN RETURN NEXT; END IF;
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION pilotage_erase_person(bigint, text, boolean) FROM PUBLIC;
"""

GONE = """
DROP FUNCTION pilotage_erase_person(bigint, text, boolean);
DROP FUNCTION pilotage_places_of_person(bigint, text, boolean);
DROP FUNCTION pilotage_text_columns();
DROP FUNCTION pilotage_scrubbed(jsonb, text[], text[]);
DROP FUNCTION pilotage_scrubbed(text, text[], text[]);
DROP FUNCTION pilotage_names_of_person(bigint, text, boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("pilots", "0041_persons_beside_what_is_hashed")]
    operations = [migrations.RunSQL(FUNCTIONS.replace("KEPT", ",".join(KEPT)), GONE)]
