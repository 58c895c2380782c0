"""Views: facts gathered from an engine or an archive, and the painters that need more than the standard library.

| Module | What it gives |
|---|---|
| `engine` | `EngineFacts(transport)`: images and containers through the Docker Engine API, ours or a real one |
| `archive` | `read_saved(chunks)`: what an archive of `docker save` holds |
| `inside` | `layer_files(tree)`: what a layer's tree holds, for engines in this process |
| `life` | `LIFE`, the table of the engine's states; `past(…)`, the steps a container went |
| `pulling` | `watch_pull(client, name)`: pull, and tell the timeline |
| `terminal` | `paint_terminal(telling)`: with rich (extra `view`), else plain text |
| `figure` | `paint_figure(drawing)`: a matplotlib figure (extra `notebook`) |
| `graph` | `sharing_graph(scene)`: a networkx graph (extra `notebook`) |
| `command` | `estiba view …` |

Import the modules themselves: each loads only what it needs.
"""
