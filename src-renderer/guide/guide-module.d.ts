// What the build makes of docs/guide.fr.md and docs/guide.en.md (build/guide-plugin.ts).
declare module '*.md' {
  import type { Component } from 'vue';

  export const guide: {
    readonly intro: Component;
    readonly sections: readonly {
      readonly id: string;
      readonly title: string;
      readonly part: string;
      readonly body: Component;
    }[];
  };
}
