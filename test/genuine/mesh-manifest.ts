/** A mesh-like set of small services: each with its account, its settings, its Service and calls to the next one. */
export function meshManifest(count: number): string {
  const documents = Array.from({ length: count }, (_, index) => {
    const name = `svc-${index}`;
    const next = `svc-${(index + 1) % count}`;
    return [
      { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, labels: { mesh: "shop" } } },
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: { next: `http://${next}:8080`, retries: "03" } },
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, labels: { mesh: "shop" } },
        spec: { selector: { app: name }, ports: [{ name: "http", port: 8080 }] },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name, labels: { mesh: "shop" } },
        spec: {
          replicas: (index % 3) + 1,
          selector: { matchLabels: { app: name } },
          template: {
            metadata: { labels: { app: name, mesh: "shop" } },
            spec: {
              serviceAccountName: name,
              containers: [
                {
                  name: "app",
                  image: `registry.example.com/mesh/${name}:1.${index}`,
                  envFrom: [{ configMapRef: { name } }],
                  ports: [{ containerPort: 8080 }],
                },
              ],
            },
          },
        },
      },
    ];
  });
  // JSON is YAML.
  return documents
    .flat()
    .map((document) => JSON.stringify(document))
    .join("\n---\n");
}
