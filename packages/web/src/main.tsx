import 'virtual:report.css'
import './style/app.css'
import './style/controls.css'
import './style/deliberative.css'
import './style/representations.css'
import './style/runs.css'
import './style/train.css'
import './style/weak-to-strong.css'
import { render } from 'preact'
import { App } from './app.tsx'
import { findDevice } from './device/find-device.ts'
import { loseDevice } from './device/lost.ts'
import { listenToHash } from './router.ts'
import { refreshRuns } from './store/runs.ts'

listenToHash()
findDevice()
refreshRuns().catch(() => {}) // a start says that nothing can be kept
render(<App />, document.getElementById('app')!)

// what the end-to-end tests need to reach
Object.assign(globalThis, { nanoalignTest: { loseDevice } })
