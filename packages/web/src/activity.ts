// What goes on in this tab, whatever page is shown: the header leads back to it.

import { computed, signal } from '@preact/signals'

export interface Activity {
  page: string
  /** such as `42 %` */
  words: string
}

const sources = signal<{ page: string; words: () => string | undefined }[]>([])

/** `words` reads signals; it gives undefined while nothing goes on there. */
export function announce(page: string, words: () => string | undefined): void {
  sources.value = [...sources.value, { page, words }]
}

export const activities = computed<Activity[]>(() =>
  sources.value.flatMap(({ page, words }) => {
    const now = words()
    return now === undefined ? [] : [{ page, words: now }]
  }),
)
