using System.Globalization;
using System.Text.Json;
using Panel.Games.Protocol;

namespace Panel.Games.Demo;

/// <summary>A flat world: its age, the blocks that somebody changed, where everybody was last. Kept in <c>level.json</c>.</summary>
sealed class DemoWorld(string folder, TimeProvider clock)
{
    /// <summary>The layer that players stand on.</summary>
    public const int GroundLevel = 4;

    const int MaxChangedBlocks = 100_000;

    readonly Lock gate = new();
    readonly Lock saving = new();
    readonly Dictionary<BlockPosition, int> blocks = [];
    readonly Dictionary<string, (double X, double Y, double Z)> players = [];
    long ticks;

    string File => Path.Combine(folder, "level.json");

    /// <summary>Its age in twentieths of a second.</summary>
    public long Ticks => Interlocked.Read(ref ticks);

    public void Advance(long by) => Interlocked.Add(ref ticks, by);

    /// <summary>Changed blocks with their state (type × 16 + data); 0 is air.</summary>
    public IReadOnlyList<KeyValuePair<BlockPosition, int>> Changes
    {
        get { lock (gate) return [.. blocks]; }
    }

    /// <summary>Changes a block; false when there are too many changed ones already.</summary>
    public bool Change(BlockPosition position, int state)
    {
        lock (gate)
        {
            if (blocks.Count >= MaxChangedBlocks && !blocks.ContainsKey(position)) return false;
            blocks[position] = state;
            return true;
        }
    }

    /// <summary>Where the player was last, or the middle of the world.</summary>
    public (double X, double Y, double Z) FindPlayer(string name)
    {
        lock (gate) return players.TryGetValue(name, out var place) ? place : (0.5, GroundLevel, 0.5);
    }

    public void Place(string name, double x, double y, double z)
    {
        if (!double.IsFinite(x) || !double.IsFinite(y) || !double.IsFinite(z)) return;
        lock (gate) players[name] = (x, y, z);
    }

    /// <summary>Reads the file where there is one.</summary>
    /// <exception cref="InvalidDataException">It cannot be read as a world.</exception>
    public void Load()
    {
        Directory.CreateDirectory(folder);
        if (!System.IO.File.Exists(File)) return;
        try
        {
            using var document = JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
            ticks = document.RootElement.GetProperty("ticks").GetInt64();
            foreach (var block in document.RootElement.GetProperty("blocks").EnumerateObject())
            {
                var at = block.Name.Split(',').Select(part => int.Parse(part, CultureInfo.InvariantCulture)).ToArray();
                blocks[new(at[0], at[1], at[2])] = block.Value.GetInt32();
            }
            foreach (var player in document.RootElement.GetProperty("players").EnumerateObject())
            {
                players[player.Name] = (player.Value.GetProperty("x").GetDouble(), player.Value.GetProperty("y").GetDouble(), player.Value.GetProperty("z").GetDouble());
            }
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"{File} is not a world of this server: {broken.Message}", broken);
        }
    }

    /// <summary>Writes the file so that a cut never leaves half of one.</summary>
    public void Save()
    {
        lock (saving)
        {
            var temporary = File + ".tmp";
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                Write(stream);
                stream.Flush(flushToDisk: true);
            }
            System.IO.File.Move(temporary, File, overwrite: true);
        }
    }

    void Write(Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new() { Indented = true });
        lock (gate)
        {
            json.WriteStartObject();
            json.WriteNumber("ticks", Ticks);
            json.WriteString("saved", clock.GetUtcNow());
            json.WriteStartObject("blocks");
            foreach (var (at, state) in blocks) json.WriteNumber(string.Create(CultureInfo.InvariantCulture, $"{at.X},{at.Y},{at.Z}"), state);
            json.WriteEndObject();
            json.WriteStartObject("players");
            foreach (var (name, place) in players)
            {
                json.WriteStartObject(name);
                json.WriteNumber("x", Math.Round(place.X, 3));
                json.WriteNumber("y", Math.Round(place.Y, 3));
                json.WriteNumber("z", Math.Round(place.Z, 3));
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }
}
