using System.Reflection;
using LumenLink.Simulator;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// Every member that device code can compile against (the reference assemblies made from firmware/nano-api) is in the
/// host
/// assemblies with the same signature. What .NET's own types cannot offer is named here, exactly.
/// </summary>
public sealed class SurfaceTests
{
    /// <summary>
    /// Members of types that the runtime itself knows, so that they cannot be defined anew. Device code that uses one
    /// is
    /// refused when its image is loaded.
    /// </summary>
    private static readonly HashSet<string> NotInDotNet =
    [
        "System.Array..ctor(): System.Void",
        "System.AttributeTargets.All = 16383",
        "System.Char.ToLower(): System.Char",
        "System.Char.ToUpper(): System.Char",
        "System.Delegate..ctor(): System.Void",
        "System.MulticastDelegate..ctor(): System.Void",
        "System.String.GetEnumerator(): System.Collections.IEnumerator",
    ];

    private static readonly string ReferenceDirectory = typeof(SurfaceTests).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(one => one.Key == "NanoReferenceDirectory").Value!;

    public static TheoryData<string> Assemblies() =>
        [.. Directory.GetFiles(ReferenceDirectory, "*.dll").Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void The_host_has_every_member_of_the_list(string name)
    {
        Assembly host = TestWorld.Image.LoadByName(name);
        Surface surface = Surface.Read(Path.Combine(ReferenceDirectory, name + ".dll"));
        Assert.Equal(surface.Version, host.GetName().Version);
        Assert.NotEmpty(surface.Members);
        List<string> missing = [];
        foreach (IGrouping<string, SurfaceMember> type in surface.Members.GroupBy(member => member.Type))
        {
            HashSet<string> present = Present(host, type.Key);
            missing.AddRange(type.Select(member => member.Text).Where(text => !present.Contains(text)));
        }

        string[] expected = [.. NotInDotNet.Where(text => surface.Members.Any(member => member.Text == text))];
        Assert.Equal(expected.Order(StringComparer.Ordinal), missing.Order(StringComparer.Ordinal));
    }

    /// <summary>What a type of the loaded context has, in the words of <see cref="Surface"/>.</summary>
    private static HashSet<string> Present(Assembly host, string typeName)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance
            | BindingFlags.Static | BindingFlags.DeclaredOnly;
        HashSet<string> found = [];
        Type? first = host.GetType(typeName);
        if (first is null) return found;
        found.Add(typeName);
        for (Type? type = first; type is not null; type = type.BaseType)
        {
            foreach (MethodBase method in type.GetMembers(Declared).OfType<MethodBase>())
            {
                if (!(method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly)) continue;
                if (method.IsConstructor && type != first) continue;
                Type result = method is MethodInfo ordinary ? ordinary.ReturnType : typeof(void);
                found.Add(Surface.Method(
                    typeName, method.Name, method.IsStatic,
                        [.. method.GetParameters().Select(one => Name(one.ParameterType))], Name(result)));
            }

            foreach (FieldInfo field in type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily))
            {
                found.Add(field.IsLiteral
                    ? Surface.Constant(typeName, field.Name, field.GetRawConstantValue())
                    : Surface.Field(typeName, field.Name, field.IsStatic, Name(field.FieldType)));
            }
        }

        return found;
    }

    private static string Name(Type type)
    {
        if (type.IsByRef) return Name(type.GetElementType()!) + "&";
        if (type.IsArray) return Name(type.GetElementType()!) + "[]";
        return type.FullName ?? type.Name;
    }
}
