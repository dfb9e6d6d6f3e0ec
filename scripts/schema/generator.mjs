import {
  createFormatter,
  createParser,
  createProgram,
  DEFAULT_CONFIG,
  derefType,
  IntersectionNodeParser,
  IntersectionType,
  LiteralType,
  ObjectProperty,
  ObjectType,
  SchemaGenerator,
  UnionType,
} from "ts-json-schema-generator";

const common = {
  ...DEFAULT_CONFIG,
  path: "src/report/**/*-output.ts",
  tsconfig: "tsconfig.json",
  // npm run typecheck does that, with the compiler of the project.
  skipTypeCheck: true,
  additionalProperties: true,
  expose: /** @type {const} */ ("all"),
  jsDoc: /** @type {const} */ ("extended"),
  topRef: false,
};

/** The parsed sources. They take a second to read, and all schemas are made from the same ones. */
let program;

/**
 * Returns the JSON Schema of a type, with a definition for each named type.
 *
 * ts-json-schema-generator multiplies `(A | B) & C` out into two objects, each with all of C. Our reasons are unions of
 * dozens of objects, so that the schema of a plan was 113 kB, and each definition held a copy of others. Here such a
 * type stays an `allOf` of references.
 */
export function schemaOf(type) {
  const config = { ...common, type };
  program ??= createProgram(config);
  const parser = createParser(program, config, (parsers) => {
    const chain = /** @type {import("ts-json-schema-generator").ChainNodeParser} */ (parsers);
    const plain = new IntersectionNodeParser(program.getTypeChecker(), chain);
    parsers.addNodeParser(rememberParts(plain, chain));
    parsers.addNodeParser(renamedKeys(chain));
  });
  const formatter = createFormatter(config, (chain, child) => {
    chain.addTypeFormatter(partsAsAllOf(child));
    chain.addTypeFormatter(literalsAlone(child));
  });
  return new SchemaGenerator(program, parser, formatter, config).createSchema(type);
}

/** A union that was written as an intersection of these parts. */
class Multiplied extends UnionType {
  constructor(union, parts) {
    super(union.getTypes());
    this.parts = parts;
  }
}

/** Returns a parser of intersections that remembers the parts. Types derived from it, such as `T["reason"]`, need the union. */
function rememberParts(plain, child) {
  return {
    supportsNode: (node) => plain.supportsNode(node),
    createType(node, context) {
      const type = plain.createType(node, context);
      if (!(type instanceof UnionType)) return type;
      return new Multiplied(
        type,
        node.types.map((part) => child.createType(part, context)),
      );
    },
  };
}

function partsAsAllOf(child) {
  return {
    supportsType: (type) => type instanceof Multiplied,
    getDefinition: (type) => ({ allOf: type.parts.map((part) => child.getDefinition(part)) }),
    getChildren: (type) => [...new Set(type.parts.flatMap((part) => child.getChildren(part)))],
  };
}

/** Returns a parser of `Renamed<T, From, To>`. The generator would make one object of all members of a union. */
function renamedKeys(child) {
  return {
    supportsNode: (node) => node.typeName?.text === "Renamed",
    createType(node, context) {
      const [type, from, to] = node.typeArguments.map((each) => child.createType(each, context));
      return rename(type, from.getValue(), to.getValue());
    },
  };
}

function rename(given, from, to) {
  const type = derefType(given);
  if (type instanceof UnionType) return new UnionType(type.getTypes().map((each) => rename(each, from, to)));
  if (type instanceof IntersectionType) {
    return new IntersectionType(type.getTypes().map((each) => rename(each, from, to)));
  }
  const object = /** @type {ObjectType} */ (type);
  const properties = object
    .getProperties()
    .map((each) =>
      each.getName() === from ? new ObjectProperty(to, each.getType(), each.isRequired()) : each,
    );
  const id = `${object.getId()}-${from}-${to}`;
  return new ObjectType(id, object.getBaseTypes(), properties, object.getAdditionalProperties());
}

/**
 * Returns a formatter of a literal that is intersected with anything. `({ reason: "x" } & { a: 1 })["reason"]` is such
 * a type: the second object may have more keys, so the generator takes its `reason` for anything.
 */
function literalsAlone(child) {
  const literalIn = (type) => type.getTypes().find((each) => each instanceof LiteralType);
  return {
    supportsType: (type) => type instanceof IntersectionType && literalIn(type) !== undefined,
    getDefinition: (type) => child.getDefinition(literalIn(type)),
    getChildren: () => [],
  };
}
