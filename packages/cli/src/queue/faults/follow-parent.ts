// A test that is killed takes its processes with it: their standard input ends.

process.stdin.on('end', () => process.exit(3)).resume()
process.stdin.unref?.()
