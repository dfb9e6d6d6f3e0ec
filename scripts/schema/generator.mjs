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

/** @typedef {import("ts-json-schema-generator").BaseType} BaseType */
/** @typedef {import("ts-json-schema-generator").NodeParser} NodeParser */
/** @typedef {import("ts-json-schema-generator").SubNodeParser} SubNodeParser */
/** @typedef {import("ts-json-schema-generator").TypeFormatter} TypeFormatter */
/** @typedef {import("ts-json-schema-generator").SubTypeFormatter} SubTypeFormatter */
/** @typedef {Parameters<NodeParser["createType"]>[0]} Node */

/**
 * The parts of TypeScript's nodes that are read here. The generator brings its own TypeScript, whose types differ.
 *
 * @typedef {Node & { readonly types: readonly Node[] }} IntersectionNode
 * @typedef {Node & { readonly typeName: { readonly text?: string }, readonly typeArguments: readonly Node[] }} TypeReferenceNode
 */

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

/**
 * The parsed sources. They take a second to read, and all schemas are made from the same ones.
 *
 * @type {ReturnType<typeof createProgram> | undefined}
 */
let program;

/**
 * Returns the JSON Schema of a type, with a definition for each named type.
 *
 * ts-json-schema-generator multiplies `(A | B) & C` out into two objects, each with all of C. Our reasons are unions of
 * dozens of objects, so the schema of a plan was 113 kB, and each definition held a copy of others. Here such a
 * type stays an `allOf` of references.
 *
 * @param {string} type
 */
export function schemaOf(type) {
  const config = { ...common, type };
  const sources = (program ??= createProgram(config));
  const parser = createParser(sources, config, (parsers) => {
    const chain = /** @type {import("ts-json-schema-generator").ChainNodeParser} */ (parsers);
    const plain = new IntersectionNodeParser(sources.getTypeChecker(), chain);
    parsers.addNodeParser(rememberParts(plain, chain));
    parsers.addNodeParser(renamedKeys(chain));
  });
  const formatter = createFormatter(config, (chain, child) => {
    chain.addTypeFormatter(partsAsAllOf(child));
    chain.addTypeFormatter(literalsAlone(child));
  });
  return new SchemaGenerator(sources, parser, formatter, config).createSchema(type);
}

/** A union written as an intersection of these parts. */
class Multiplied extends UnionType {
  /**
   * @param {UnionType} union
   * @param {readonly BaseType[]} parts
   */
  constructor(union, parts) {
    super(union.getTypes());
    this.parts = parts;
  }
}

/**
 * Returns a parser of intersections that remembers the parts. Types derived from it, such as `T["reason"]`, need the
 * union.
 *
 * @param {SubNodeParser} plain
 * @param {NodeParser} child
 * @returns {SubNodeParser}
 */
function rememberParts(plain, child) {
  return {
    supportsNode: (node) => plain.supportsNode(node),
    createType(node, context) {
      const type = plain.createType(node, context);
      if (!(type instanceof UnionType)) return type;
      return new Multiplied(
        type,
        /** @type {IntersectionNode} */ (node).types.map((part) => child.createType(part, context)),
      );
    },
  };
}

/**
 * Returns a formatter of multiplied unions.
 *
 * @param {TypeFormatter} child
 * @returns {SubTypeFormatter}
 */
function partsAsAllOf(child) {
  /**
   * Returns the parts of a type that this formatter supports.
   *
   * @param {BaseType} type
   */
  const partsOf = (type) => (type instanceof Multiplied ? type.parts : []);
  return {
    supportsType: (type) => type instanceof Multiplied,
    getDefinition: (type) => ({ allOf: partsOf(type).map((part) => child.getDefinition(part)) }),
    getChildren: (type) => [...new Set(partsOf(type).flatMap((part) => child.getChildren(part)))],
  };
}

/**
 * Returns a parser of `Renamed<T, From, To>`. The generator would make one object of all members of a union.
 *
 * @param {NodeParser} child
 * @returns {SubNodeParser}
 */
function renamedKeys(child) {
  return {
    supportsNode: (node) => /** @type {Partial<TypeReferenceNode>} */ (node).typeName?.text === "Renamed",
    createType(node, context) {
      const { typeArguments } = /** @type {TypeReferenceNode} */ (node);
      const [type, from, to] = typeArguments.map((each) => child.createType(each, context));
      if (type === undefined || !(from instanceof LiteralType) || !(to instanceof LiteralType))
        throw new Error("Renamed<T, From, To> takes a type and two names");
      return rename(type, String(from.getValue()), String(to.getValue()));
    },
  };
}

/**
 * Returns a type with another name of one of its keys, in each member of a union.
 *
 * @param {BaseType} given
 * @param {string} from
 * @param {string} to
 * @returns {BaseType}
 */
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
 *
 * @param {TypeFormatter} child
 * @returns {SubTypeFormatter}
 */
function literalsAlone(child) {
  /**
   * Returns the literal in an intersection.
   *
   * @param {BaseType} type
   */
  const literalIn = (type) =>
    type instanceof IntersectionType
      ? type.getTypes().find((each) => each instanceof LiteralType)
      : undefined;
  return {
    supportsType: (type) => literalIn(type) !== undefined,
    getDefinition: (type) => child.getDefinition(literalIn(type) ?? type),
    getChildren: () => [],
  };
}
