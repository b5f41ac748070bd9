import type { Page } from 'playwright'
import type { RunRecord } from '../src/store/runs.ts'

/** The runs that the page's browser keeps, as the page “Runs” would export them. */
export const recordsOf = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<RunRecord[]>((resolve) => {
        indexedDB.open('nanoalign-runs').onsuccess = (event) => {
          const store = (event.target as IDBOpenDBRequest).result.transaction('runs').objectStore('runs')
          store.getAll().onsuccess = (all) => resolve((all.target as IDBRequest).result)
        }
      }),
  )
