using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.NanoReference;

/// <summary>
/// Lists name public members only. Interface members that a type implements explicitly (an array's
/// <c>ICollection.Count</c>) are therefore absent; the compiler asks for them all the same, so they are declared here.
/// </summary>
internal static class InterfaceStubs
{
    /// <summary>C# that declares every interface member which the types of a compilation leave open.</summary>
    public static string For(CSharpCompilation compilation)
    {
        StringBuilder text = new();
        foreach (INamedTypeSymbol type in Types(compilation.Assembly.GlobalNamespace))
        {
            if (type.TypeKind is not (TypeKind.Class or TypeKind.Struct)) continue;
            string members = string.Concat(
                type.AllInterfaces.SelectMany(face => face.GetMembers())
                    .Where(member => type.FindImplementationForInterfaceMember(member) is null)
                    .Select(Stub));
            if (members.Length > 0) Wrap(text, type, members);
        }

        return text.ToString();
    }

    private static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container)
    {
        foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type) yield return type;
            foreach (INamedTypeSymbol inner in Types(member)) yield return inner;
        }
    }

    private static string Stub(ISymbol member)
    {
        string face = Name(member.ContainingType);
        return member switch
        {
            IPropertySymbol property => $"{Name(property.Type)} {face}.{PropertyName(property)} {{"
                + (property.GetMethod is null ? "" : " get { throw null; }")
                + (property.SetMethod is null ? "" : " set { throw null; }") + " }\n",
            IEventSymbol happening =>
                $"event {Name(happening.Type)} {face}.{happening.Name} {{ add {{ }} remove {{ }} }}\n",
            IMethodSymbol { MethodKind: MethodKind.Ordinary } method =>
                $"{Name(method.ReturnType)} {face}.{method.Name}({Parameters(method.Parameters)}) {{ throw null; }}\n",
            _ => "",
        };
    }

    private static string PropertyName(IPropertySymbol property) =>
        property.IsIndexer ? $"this[{Parameters(property.Parameters)}]" : property.Name;

    private static string Parameters(IEnumerable<IParameterSymbol> parameters) =>
        string.Join(", ", parameters.Select(parameter => $"{Name(parameter.Type)} {parameter.Name}"));

    private static string Name(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    private static void Wrap(StringBuilder text, INamedTypeSymbol type, string members)
    {
        string kind = type.TypeKind == TypeKind.Struct ? "struct" : "class";
        string declaration = $"partial {kind} {type.Name} {{\n{members}}}\n";
        for (INamedTypeSymbol? outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            declaration = $"partial class {outer.Name} {{\n{declaration}}}\n";
        text.Append("namespace ").Append(type.ContainingNamespace.ToDisplayString()).Append(" {\n");
        text.Append(declaration).Append("}\n");
    }
}
