"""The demonstration with one long word, German or Greek, wherever a person may write one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

GERMAN = "Wiedereingliederungswerkstättengenossenschaftsverband"
GREEK = "Ηλεκτροεγκεφαλογραφοθεραπευτικοσυνεταιρισμός"
ADDRESS = "wiedereingliederungswerkstaettengenossenschaft@beispielhaftelangedomaene.example"
COLUMNS = {
    "person": {"name": 60},
    "organisation": {"name": 60, "city": 60},
    "organisation_text": {"body": 200},
    "story": {"title": 60, "problem": 120, "tool": 120, "effect": 120},
    "initiative_text": {"title": 60, "summary": 60, "challenge": 200},
    "wanted_role": {"title": 60},
    "message": {"body": 200},
    "application": {"message": 60},
    "seat_offer": {"message": 60},
    "introduction": {"message": 60},
    "collaboration": {"title": 60},
    "design_session": {"title": 60, "question": 60},
    "design_phase": {"title": 60},
    "design_column": {"title": 60},
    "design_card": {"text": 120},
    "design_cluster": {"name": 60},
    "design_participant": {"name": 60, "organisation_name": 60},
    "design_wording": {"text": 120},
    "design_objection": {"text": 120, "organisation_name": 60},
    "design_commitment": {"what": 120, "if_then": 120, "owner_name": 60, "organisation_name": 60},
}
"""The columns of each table that hold what people wrote, and how many signs of it stay behind the long word."""


def lengthen_words(database: Path) -> None:
    """Put a long word before every name, title, text and label of a seeded database, in place.

    Rows with an even id get the Greek word, the others the German one. Addresses of mail and of sites become long too;
    those of the cast stay, by which tests find it.
    """
    with sqlite3.connect(database) as connection:
        for table, columns in COLUMNS.items():
            for column, kept in columns.items():
                connection.execute(
                    f"UPDATE {table} SET {column} ="
                    f" CASE rowid % 2 WHEN 0 THEN ? ELSE ? END || ' ' || substr({column}, 1, ?)"
                    f" WHERE {column} <> ''",
                    (GREEK, GERMAN, kept),
                )
        connection.execute(
            "UPDATE concept_label SET text = CASE rowid % 2 WHEN 0 THEN ? ELSE ? END || ' ' || text"
            " WHERE concept_id IN (SELECT id FROM concept WHERE kind IN ('skill', 'sector'))",
            (GREEK, GERMAN),
        )
        connection.execute(
            "UPDATE organisation SET contact = ?, website = ?",
            (ADDRESS, f"https://{ADDRESS.partition('@')[2]}/{GERMAN}"),
        )
        connection.execute(
            "UPDATE person SET email = rowid || ? WHERE email NOT LIKE '%@demo.example'", (ADDRESS,)
        )
        connection.execute(
            "UPDATE event SET payload = json_set(payload, '$.body', ? || ' ' || substr(payload ->> '$.body', 1, 200))"
            " WHERE kind = 'message' AND payload ->> '$.body' <> ''",
            (GERMAN,),
        )
        connection.execute("UPDATE invitation SET email = rowid || ?", (ADDRESS,))
    connection.close()
