using System.Reflection;
using System.Runtime.CompilerServices;
using Panel.Tests.Support;
using Xunit;

namespace Panel.Tests.Architecture;

/// <summary>What has grown too large to read at once is divided, not excused.</summary>
public sealed class SizesTests
{
    const int CodeLines = 400, ComponentLines = 150, ConstructorParameters = 7;

    static readonly string[] Assemblies = ["Panel.Contracts", "Panel.Core", "Panel.Kube", "Panel.Kube.Wire", "Panel.LocalCluster", "Panel.Games", "Panel.Web"];

    [Fact]
    public void Code_file_has_at_most_400_lines() => Assert.Empty(LongerThan(CodeLines, ".cs"));

    [Fact]
    public void Component_has_at_most_150_lines() => Assert.Empty(LongerThan(ComponentLines, ".razor"));

    [Fact]
    public void Constructor_has_at_most_7_parameters() =>
        Assert.Empty(
            from name in Assemblies
            from type in Assembly.Load(name).GetTypes()
            where !IsGenerated(type) && !IsRecord(type) && type.Namespace?.Contains("Migrations") != true
            from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
            let count = constructor.GetParameters().Length
            where count > ConstructorParameters
            select $"{type.FullName}: {count}");

    static IEnumerable<string> LongerThan(int limit, string ending) =>
        from path in SourceTree.Files(ending)
        where !path.Contains("/Migrations/")
        let lines = SourceTree.Read(path).Count(letter => letter == '\n')
        where lines > limit
        select $"{path}: {lines}";

    static bool IsGenerated(MemberInfo type) => type.IsDefined(typeof(CompilerGeneratedAttribute)) || type.Name.Contains('<') || type.DeclaringType is { } outer && IsGenerated(outer);

    // a record's constructor is its list of fields
    static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null || type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null;
}
