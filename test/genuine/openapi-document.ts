import { Ajv } from "ajv";
import type { ValidateFunction } from "ajv";
import addFormats from "ajv-formats";

type Json = Readonly<Record<string, unknown>>;

/** An endpoint of an OpenAPI 3.0 document. */
export interface Operation {
  /** e.g. `/repos/{owner}/{repo}/pulls`. */
  readonly path: string;
  readonly method: string;
  readonly content: Json;
}

/** What the tests ask of an OpenAPI document. */
export interface OpenApiDocument {
  readonly operation: (method: string, path: string) => Operation | null;
  /** The operation that a request belongs to: of all templates that fit, the one with the most fixed parts. */
  readonly operationOf: (method: string, pathname: string) => Operation | null;
  /** Names of the parameters in the path and the query, and of the properties of the body. */
  readonly parameterNames: (operation: Operation) => ReadonlySet<string>;
  /** What is wrong with an answer; empty when it fits, null when the description says nothing about this status. */
  readonly problems: (operation: Operation, status: number, body: unknown) => readonly string[] | null;
}

/** Reads an OpenAPI 3.0 document. */
export function openApiDocument(text: string): OpenApiDocument {
  const document = record(JSON.parse(text));
  const paths = record(document["paths"]);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addSchema({ $id: "description", components: jsonSchemaOf(document["components"]) });
  const compiled = new Map<string, ValidateFunction>();
  const find = (method: string, path: string): Operation | null => {
    const content = record(paths[path])[method.toLowerCase()];
    return content === undefined ? null : { path, method, content: record(content) };
  };
  const resolve = (value: unknown): Json => {
    const target = record(value)["$ref"];
    if (typeof target !== "string") return record(value);
    return record(
      target
        .slice(2)
        .split("/")
        .reduce<unknown>((at, part) => record(at)[part], document),
    );
  };
  return {
    operation: find,
    operationOf: (method, pathname) => {
      const fitting = Object.keys(paths).filter((path) => fits(path, pathname) && find(method, path) !== null);
      const best = fitting.toSorted((a, b) => fixedParts(b) - fixedParts(a))[0];
      return best === undefined ? null : find(method, best);
    },
    parameterNames: (operation) => {
      const parameters = list(operation.content["parameters"]);
      const body = record(record(record(resolve(operation.content["requestBody"])["content"])["application/json"]));
      const schema = resolve(body["schema"]);
      const alternatives = [schema, ...list(schema["oneOf"]), ...list(schema["anyOf"])].map(resolve);
      const properties = alternatives.flatMap((alternative) => Object.keys(record(alternative["properties"])));
      return new Set([...parameters.map((parameter) => String(resolve(parameter)["name"])), ...properties]);
    },
    problems: (operation, status, body) => {
      const response = resolve(record(operation.content["responses"])[String(status)]);
      const schema = record(record(response["content"])["application/json"])["schema"];
      if (schema === undefined) return null;
      const key = `${operation.method} ${operation.path} ${String(status)}`;
      const validate = compiled.get(key) ?? ajv.compile(record(withBase(jsonSchemaOf(schema))));
      compiled.set(key, validate);
      if (validate(body) === true) return [];
      return (validate.errors ?? []).map((error) => `${error.instancePath || "/"} ${error.message ?? ""}`);
    },
  };
}

function record(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function fits(template: string, pathname: string): boolean {
  const wanted = template.split("/");
  const given = pathname.split("/");
  return wanted.length === given.length && wanted.every((part, index) => part.startsWith("{") || part === given[index]);
}

function fixedParts(template: string): number {
  return template.split("/").filter((part) => !part.startsWith("{")).length;
}

/** References point into the document that was added as `description`. */
function withBase(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(withBase);
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === "$ref" && typeof value === "string" ? `description${value}` : withBase(value),
    ]),
  );
}

/**
 * OpenAPI 3.0 says `nullable: true` where JSON Schema has a type or an alternative `null` (OpenAPI 3.0.3, "Schema
 * Object"). Examples and discriminators say nothing about validity.
 */
function jsonSchemaOf(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(jsonSchemaOf);
  if (typeof schema !== "object" || schema === null) return schema;
  const { nullable, example: _example, examples: _examples, discriminator: _discriminator, ...rest } = record(schema);
  const converted = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, jsonSchemaOf(value)]));
  return nullable === true ? { anyOf: [converted, { type: "null" }] } : converted;
}
