import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { hrefOf, route } from './router.ts'
import { WeakToStrongPage } from './weak-to-strong/page.tsx'
import { isActive, phase, progress } from './weak-to-strong/run.ts'

/** In the order of the menu. All but the home page are loaded when first opened. */
const pages: { page: string; name: string; load?: () => Promise<ComponentType> }[] = [
  { page: '', name: 'Weak to strong' },
  {
    page: 'representations',
    name: 'Hidden states',
    load: async () => (await import('./representations/page.tsx')).RepresentationsPage,
  },
  { page: 'train', name: 'Train', load: async () => (await import('./train/page.tsx')).TrainPage },
  { page: 'kernels', name: 'Kernels', load: async () => (await import('./kernels/page.tsx')).KernelsPage },
  { page: 'runs', name: 'Runs', load: async () => (await import('./runs/page.tsx')).RunsPage },
]

const loaded = signal<Record<string, ComponentType>>({ '': WeakToStrongPage })

export function App() {
  const { page } = route.value
  const known = pages.find((candidate) => candidate.page === page)
  useEffect(() => {
    document.title = known?.page ? `${known.name} – nanoalign` : 'nanoalign'
    if (known?.load && !loaded.value[page])
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
          {pages.map(({ page: target, name }) => (
            <a key={target} href={hrefOf(target)} aria-current={target === page ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
        {isActive() && page !== '' && <RunChip />}
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

/** Leads back to a run that goes on while another page is open. */
function RunChip() {
  return (
    <a class="chip" href={hrefOf('')}>
      run: {phase.value === 'running' ? `${Math.floor((progress.value?.share ?? 0) * 100)} %` : phase.value}
    </a>
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
