import type { CompileExpression } from "../core/cel/expression.ts";
import type { ProtectedApplication } from "../core/desired/protected-application.ts";

/** The evaluator of expressions, loaded only where a document has one: it takes longer than a whole validation. */
export async function expressionCompiler(
  applications: Iterable<ProtectedApplication>,
): Promise<CompileExpression | null> {
  const needed = [...applications].some(({ render }) => render.rules.some(({ change }) => change.type === "cel"));
  return needed ? (await import("../core/cel/expression.ts")).compileExpression : null;
}
