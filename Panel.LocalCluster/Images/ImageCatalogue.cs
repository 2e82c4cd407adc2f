using System.Text.Json;
using System.Text.RegularExpressions;

namespace Panel.LocalCluster.Images;

/// <summary>Finds the recipe of an image and makes it concrete.</summary>
public sealed partial class ImageCatalogue
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    readonly IReadOnlyList<ImageRecipe> recipes;
    readonly IReadOnlyDictionary<string, string> settings;
    readonly MachineFacts machine;

    /// <param name="recipes">Searched in order; the first that matches wins.</param>
    /// <param name="settings">Values of <c>{settings.Name}</c>.</param>
    /// <param name="machine">Where things are.</param>
    public ImageCatalogue(IEnumerable<ImageRecipe> recipes, IReadOnlyDictionary<string, string> settings, MachineFacts machine)
    {
        this.recipes = [.. recipes];
        this.settings = settings;
        this.machine = machine;
    }

    /// <summary>The recipes of the options' directory, then those shipped.</summary>
    /// <exception cref="InvalidDataException">A recipe file cannot be read.</exception>
    public static ImageCatalogue Load(LocalClusterOptions options, MachineFacts machine) =>
        new(ReadDirectory(options.ImagesDirectory).Concat(ReadShipped()), options.Images, machine);

    /// <summary>The recipes shipped with Panel.</summary>
    public static IEnumerable<ImageRecipe> ReadShipped()
    {
        var assembly = typeof(ImageCatalogue).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            foreach (var recipe in Parse(stream, name)) yield return recipe;
        }
    }

    /// <summary>What a container of this image runs.</summary>
    /// <exception cref="ImageException">No recipe stands for the image, or the machine lacks what it needs.</exception>
    public LocalImage Resolve(string image)
    {
        var recipe = recipes.FirstOrDefault(recipe => Matches(recipe.Image, image))
            ?? throw new ImageException($"No recipe on this machine runs the image \"{image}\". Local images are programs of this machine; see the option Panel:LocalCluster:ImagesDirectory.");
        var tag = image.LastIndexOf(':') is var colon && colon > image.LastIndexOf('/') ? image[(colon + 1)..] : "latest";
        foreach (var need in recipe.Needs) Check(image, tag, need);
        return new(
            image,
            [.. recipe.Entrypoint.Select(Fill)],
            [.. recipe.Args.Select(Fill)],
            recipe.Env.ToDictionary(pair => pair.Key, pair => Fill(pair.Value)),
            [.. Binds(recipe).Select(Fill).Distinct()],
            recipe.WorkingDir is null ? null : Fill(recipe.WorkingDir),
            recipe.StandIns.ToDictionary(pair => pair.Key, pair => Fill(pair.Value)));

        string Fill(string text) => RecipeText.Fill(text, tag, machine, settings);
    }

    /// <summary>What this machine lacks for images to run, by recipe; and, last, that there is no recipe for any other image.</summary>
    internal IReadOnlyList<MissingProgram> FindMissing() =>
    [
        .. from recipe in recipes.DistinctBy(recipe => recipe.Image)
           from need in recipe.Needs
           where !$"{need.Path}{need.Command}".Contains("{tag}")   // that is another question for each tag
           let lack = LackOrFault(need)
           where lack is not null
           select new MissingProgram(recipe.Image, lack, need.Advice),
        new MissingProgram("*", "a recipe for its image", "This machine runs its own programs in the place of images: an administrator can write down which (Panel:LocalCluster:ImagesDirectory), or use a Kubernetes cluster, which fetches images.",
            string.Join(' ', recipes.Select(recipe => recipe.Image).Distinct())),
    ];

    string? LackOrFault(ImageNeed need)
    {
        try
        {
            return Lack(need, "");
        }
        catch (ImageException unset)
        {
            return unset.Message.TrimEnd('.');   // a setting without a value
        }
    }

    // whoever names the host needs its runtimes; whoever names a program of the bundle needs its files, and not the settings beside them
    IEnumerable<string> Binds(ImageRecipe recipe)
    {
        string[] texts = [.. recipe.Entrypoint, .. recipe.Args, .. recipe.Env.Values];
        if (texts.Any(text => text.Contains("{dotnet}")))
        {
            foreach (var part in machine.DotnetParts) yield return part;
        }
        foreach (var file in texts.SelectMany(text => InBundle().Matches(text)).Select(match => match.Groups["file"].Value))
        {
            foreach (var needed in BundledProgram.FilesOf(machine.Bundle, file)) yield return needed;
        }
        foreach (var bind in recipe.Binds) yield return bind;
    }

    void Check(string image, string tag, ImageNeed need)
    {
        if (Lack(need, tag) is { } what) throw new ImageException($"The image \"{image}\" needs {what}, which this machine lacks. {need.Advice}");
    }

    string? Lack(ImageNeed need, string tag)
    {
        var (what, there) = need switch
        {
            { Path: { } path } when RecipeText.Fill(path, tag, machine, settings) is var file => (file, System.IO.Path.Exists(file)),
            { Command: { } command } when RecipeText.Fill(command, tag, machine, settings) is var program => ($"the program {program}", machine.FindCommand(program) is not null),
            { Setting: { } setting } => ($"the setting Panel:LocalCluster:Images:{setting}", settings.ContainsKey(setting)),
            _ => ("nothing", true),
        };
        return there ? null : what;
    }

    static bool Matches(string pattern, string image) =>
        Regex.IsMatch(image.Contains(':') || !pattern.Contains(':') ? image : image + ":latest", "^" + Regex.Escape(pattern).Replace(@"\*", ".*") + "$", RegexOptions.CultureInvariant);

    static IEnumerable<ImageRecipe> ReadDirectory(string? directory)
    {
        if (string.IsNullOrEmpty(directory) || !Directory.Exists(directory)) yield break;
        foreach (var file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            foreach (var recipe in Parse(stream, file)) yield return recipe;
        }
    }

    static List<ImageRecipe> Parse(Stream stream, string name)
    {
        try
        {
            return JsonSerializer.Deserialize<List<ImageRecipe>>(stream, Json) ?? [];
        }
        catch (JsonException broken)
        {
            throw new InvalidDataException($"The image recipes in {name} cannot be read: {broken.Message}", broken);
        }
    }

    [GeneratedRegex(@"\{bundle\}/(?<file>[^\s{}:;]+)", RegexOptions.CultureInvariant)]
    private static partial Regex InBundle();
}
