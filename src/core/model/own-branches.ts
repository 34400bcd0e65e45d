/** Where Drover writes evidence and the changes that it proposes; settings may name no branch in it. */
export const OWN_BRANCHES = "drover/";
