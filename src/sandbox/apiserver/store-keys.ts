/** Where CustomResourceDefinitions are stored. */
export const crdStorageKey = "customresourcedefinitions.apiextensions.k8s.io";
