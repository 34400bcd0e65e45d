import { CORE_SCHEMA, type ScalarTagDefinition, intCoreTag } from "js-yaml";

/** Integers that a JavaScript number can't hold come as `bigint`, so that none loses a digit on its way through a file. */
const exactInteger: ScalarTagDefinition<unknown> = {
  ...intCoreTag,
  resolve: (source, isExplicit, tagName) => {
    const value: unknown = intCoreTag.resolve(source, isExplicit, tagName);
    const isRounded = typeof value === "number" && Number.isInteger(value) && !Number.isSafeInteger(value);
    return isRounded && /^-?[0-9]+$/.test(source) ? BigInt(source) : value;
  },
};

/** YAML 1.2's core schema with exact integers: how a file of a DR branch is read. */
export const EXACT_SCHEMA = CORE_SCHEMA.withTags(exactInteger);
