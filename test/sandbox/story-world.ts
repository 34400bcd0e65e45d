import { createEmbeddedWorld, type EmbeddedWorldOptions } from "../../src/sandbox/world/embedded-world.ts";
import { seedStory, type StoryOptions } from "../../src/sandbox/story/seed-story.ts";

/** The story's two clusters, seeded and with everything running on east. */
export async function storyWorld(
  options: EmbeddedWorldOptions,
  story: Pick<StoryOptions, "ledger" | "unprotected" | "bareStandby"> = {},
) {
  const world = createEmbeddedWorld(options);
  const side = (name: string) => {
    const { client, server } = world.site(name);
    return { client, target: { name, server, ca: "", token: "sandbox" } };
  };
  await seedStory({ east: side("east"), west: side("west"), ...story });
  await world.clock.advance(40_000);
  return world;
}

export type StoryWorld = Awaited<ReturnType<typeof storyWorld>>;
