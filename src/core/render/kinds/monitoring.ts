import { type KindRule, activeOnly, clean, kindsOf } from "./kind-rule.ts";

/** They alert on targets that are missing, so that a standby has none of them. */
export const MONITORING: readonly KindRule[] = kindsOf(
  "monitoring.coreos.com",
  ["ServiceMonitor", "PodMonitor", "Probe", "PrometheusRule", "ScrapeConfig", "AlertmanagerConfig"],
  { versions: null, sanitize: clean, standby: activeOnly },
);
