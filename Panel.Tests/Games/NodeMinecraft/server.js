// A Minecraft 1.12.2 server of the npm package flying-squid, which alone reads no settings of its own folder and writes no log that
// anybody else writes: this gives it server.properties, a console on standard input, the lines of the original server, and a graceful end.
'use strict'
const fs = require('fs')
const readline = require('readline')
const { PassThrough } = require('stream')

const settings = Object.fromEntries(fs.readFileSync('server.properties', 'utf8').split(/\r?\n/)
  .filter(line => line.includes('=') && !line.startsWith('#')).map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
const say = (text, level = 'INFO') => console.log(`[${new Date().toISOString().slice(11, 19)}] [Server thread/${level}]: ${text}`)

// the package reads standard input for itself as soon as it is loaded
const open = readline.createInterface
readline.createInterface = () => open({ input: new PassThrough() })
const squid = require('flying-squid')
const { Vec3 } = require('vec3')
const most = Number(settings['max-players'])
const server = squid.createMCServer({
  host: '0.0.0.0', port: Number(settings['server-port']), motd: settings.motd, version: '1.12.2', 'max-players': most, 'online-mode': false,
  gameMode: 1, difficulty: 1, worldFolder: 'world', generation: { name: 'superflat', options: { worldHeight: 80, seed: 4711 } }, kickTimeout: 30000,
  plugins: {}, modpe: false, 'view-distance': 2, 'player-list-text': { header: { text: '' }, footer: { text: '' } }, 'everybody-op': false,
  'max-entities': 20, logging: false, noConsoleOutput: true
})
readline.createInterface = open
server.log = () => {}
server.err = text => say(text, 'ERROR')

server.on('newPlayer', player => {
  const name = player._client.username
  player.on('connected', () => say(`${name} joined the game`))
  player.on('disconnected', () => say(`${name} left the game`))
  player._client.on('chat', ({ message }) => say(`<${name}> ${message}`))
})

async function stop () {
  say('Stopping the server')
  await Promise.all(server.players.map(player => player.save()))
  await server.overworld.waitSaving()
  say('Saved the world')
  process.exit(0)
}

const commands = {
  list: () => say(`There are ${server.players.length} of a max of ${most} players online: ${server.players.map(player => player.username).join(', ')}`),
  say: text => { server.broadcast(`[Server] ${text}`); say(`[Server] ${text}`) },
  block: async text => { const at = text.split(' ').map(Number); say(`Block ${text} is ${(await server.overworld.getBlock(new Vec3(...at))).name}`) },
  stop
}

server.waitForReady(30000).then(async () => {
  await server.pregenWorld(server.overworld, 2)
  await server.overworld.waitSaving()
  for (const signal of ['SIGTERM', 'SIGINT']) { process.removeAllListeners(signal); process.on(signal, stop) }
  readline.createInterface({ input: process.stdin }).on('line', async line => {
    const [name, ...rest] = line.trim().split(' ')
    if (commands[name]) await commands[name](rest.join(' '))
    else say(`Unknown command: ${name}`)
  })
  say('Done (1.000s)! For help, type "help"')
}).catch(fault => { say(fault.stack, 'ERROR'); process.exit(1) })
