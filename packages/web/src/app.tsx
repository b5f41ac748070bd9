import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { activities } from './activity.ts'
import { pages } from './pages.ts'
import { hrefOf, pageOfRun, route } from './router.ts'

const loaded = signal<Record<string, ComponentType>>({})

export function App() {
  const { page } = route.value
  const known = pages.find((candidate) => candidate.page === page)
  useEffect(() => {
    document.title = known?.page ? `${known.name} – nanoalign` : 'nanoalign'
    if (known && !loaded.value[page])
      known.load().then((component) => {
        loaded.value = { ...loaded.value, [page]: component }
      })
  }, [page])
  const Page = known && loaded.value[page]
  return (
    <>
      <button type="button" class="skip" onClick={skip}>
        Skip to the content
      </button>
      <header class="top">
        <a class="name" href={hrefOf('')}>
          <svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
            <path d="M5 27h6v-9H5zM13 27h6V12h-6zM21 27h6V5h-6z" fill="currentColor" />
          </svg>
          nanoalign
        </a>
        <nav aria-label="Pages">
          {pages
            .filter(({ within }) => within === undefined)
            .map(({ page: target, name }) => (
              <a
                key={target}
                href={hrefOf(target)}
                aria-current={target === page ? 'page' : target === known?.within ? 'true' : undefined}
              >
                {name}
              </a>
            ))}
        </nav>
        {activities.value
          .filter((activity) => pageOfRun(activity.page) !== page)
          .map((activity) => (
            <a key={activity.page} class="chip" href={hrefOf(pageOfRun(activity.page))}>
              {activity.page.replaceAll('-', ' ')}: {activity.words}
            </a>
          ))}
      </header>
      <main id="content" tabIndex={-1}>
        {Page ? <Page /> : known ? <p class="muted">Loading …</p> : <NoSuchPage />}
      </main>
      <footer class="bottom">
        Small models, handwritten WebGPU kernels, no server. What is shown here demonstrates mechanisms; it is no
        evidence about large models.
      </footer>
    </>
  )
}

function NoSuchPage() {
  return (
    <>
      <h1>There is no such page</h1>
      <p>
        <a href={hrefOf('')}>To the weak-to-strong experiment</a>
      </p>
    </>
  )
}

// not a link: the address after # belongs to the pages
function skip() {
  document.getElementById('content')?.focus()
}
