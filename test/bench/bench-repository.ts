import { storyDocuments } from "../builders/story-documents.ts";
import { type TestRepository, createTestRepository } from "../builders/repository.ts";

/**
 * A DR repository that protects namespaces of the corpus from `east` to `west`: one application for each group of
 * namespaces. Approval is the merge, so that no forge is asked.
 */
export function benchRepository(
  identities: { readonly east: string; readonly west: string },
  groups: readonly (readonly string[])[],
): Promise<TestRepository> {
  const applications = groups.map((namespaces, index): [string, string] => {
    const name = `app-${String(index).padStart(4, "0")}`;
    return [`apps/${name}.yaml`, applicationOf(name, namespaces)];
  });
  return createTestRepository({ ...storyDocuments({ identities, forge: null }), ...Object.fromEntries(applications) });
}

function applicationOf(name: string, namespaces: readonly string[]): string {
  return `apiVersion: drover.dev/v1alpha1
kind: ProtectedApplication
metadata: {name: ${name}}
spec:
  policies: [metro]
  namespaces: [${namespaces.join(", ")}]
  placement:
    preferredCluster: east
    activeCluster: east
`;
}
