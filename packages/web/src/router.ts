// Pages by the part of the address after #: works on any static host and in any sub-path.

import { signal } from '@preact/signals'

export interface Route {
  page: string
  query: URLSearchParams
}

export const route = signal(parseHash(globalThis.location?.hash ?? ''))

/** `#/train?x=1` → page `train`; no page is the home page, ''. */
export function parseHash(hash: string): Route {
  const [, page = '', query = ''] = /^#?\/?([^?]*)(?:\?(.*))?$/.exec(hash) ?? []
  return { page: page.replace(/\/$/, ''), query: new URLSearchParams(query) }
}

export function hrefOf(page: string, query = ''): string {
  return `#/${page}${query ? `?${query}` : ''}`
}

/** The page in an address by the page in a run's record: the home page is written out there. */
export const pageOfRun = (page: string) => (page === 'weak-to-strong' ? '' : page)

/** The address of a run's configuration, by the page that made it. */
export function hrefOfRun({ page, query }: { page: string; query: string }): string {
  return hrefOf(pageOfRun(page), query)
}

/** Writes the address without leaving the page or adding a step to the history. */
export function replaceRoute(page: string, query = ''): void {
  history.replaceState(null, '', hrefOf(page, query))
  route.value = parseHash(location.hash)
}

export function listenToHash(): void {
  addEventListener('hashchange', () => {
    route.value = parseHash(location.hash)
  })
}
