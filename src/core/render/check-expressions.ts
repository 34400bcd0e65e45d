import type { CompileExpression } from "../cel/expression.ts";
import type { ProtectedApplication } from "../desired/protected-application.ts";
import { locate } from "../desired/source.ts";
import type { Finding } from "../model/finding.ts";

/** Expressions in `render.rules` that can't be compiled. Whether one fits an object is seen when it is rendered. */
export function checkExpressions(
  applications: readonly ProtectedApplication[],
  compile: CompileExpression | null,
): readonly Finding[] {
  if (compile === null) return [];
  return applications.flatMap((application) =>
    application.render.rules.flatMap(({ name, change }, index): readonly Finding[] => {
      if (change.type !== "cel") return [];
      const compiled = compile(change.expression, ["object"]);
      if (compiled.ok) return [];
      return [
        {
          code: "invalid-field",
          severity: "error",
          message: `spec.render.rules[${index}].cel of ${name} is no expression: ${compiled.reason}.`,
          remedy: "Write CEL over the variable object, such as object.spec.replicas * 2.",
          ...locate(application, ["spec", "render", "rules", index, "cel"]),
        },
      ];
    }),
  );
}
