// Writes the JSON Schemas of the commands' output, from the types of the code.
import { writeFileSync } from "node:fs";
import { documents } from "./schema/documents.mjs";
import { schemaText } from "./schema/text.mjs";

for (const document of documents) writeFileSync(document.file, await schemaText(document));
