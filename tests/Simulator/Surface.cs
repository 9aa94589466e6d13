using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LumenLink.Tests.Simulator;

/// <summary>One member that device code may refer to.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Text">Name and signature.</param>
internal sealed record SurfaceMember(string Type, string Text);

/// <summary>The public members of a reference assembly, read from its metadata.</summary>
internal sealed record Surface(Version Version, IReadOnlyList<SurfaceMember> Members)
{
    public static Surface Read(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader metadata = file.GetMetadataReader();
        List<SurfaceMember> members = [];
        foreach (TypeDefinition type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            TypeAttributes visible = type.Attributes & TypeAttributes.VisibilityMask;
            if (visible is not (TypeAttributes.Public or TypeAttributes.NestedPublic)) continue;
            string name = Names.Of(metadata, type);
            members.Add(new(name, name));
            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
                AddMethod(metadata, members, name, method);
            foreach (FieldDefinition field in type.GetFields().Select(metadata.GetFieldDefinition))
                AddField(metadata, members, name, field);
        }

        return new(metadata.GetAssemblyDefinition().Version, members);
    }

    public static string Method(string type, string name, bool isStatic, IEnumerable<string> parameters,
        string result) =>
        $"{(isStatic ? "static " : "")}{type}.{name}({string.Join(", ", parameters)}): {result}";

    public static string Field(string type, string name, bool isStatic, string fieldType) =>
        $"{(isStatic ? "static " : "")}{type}.{name}: {fieldType}";

    public static string Constant(string type, string name, object? value) =>
        string.Create(CultureInfo.InvariantCulture, $"{type}.{name} = {value}");

    private static void AddMethod(
        MetadataReader metadata, List<SurfaceMember> members, string type, MethodDefinition method)
    {
        MethodAttributes access = method.Attributes & MethodAttributes.MemberAccessMask;
        if (access is not (MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem)) return;
        MethodSignature<string> signature = method.DecodeSignature(Names.Instance, null);
        bool isStatic = method.Attributes.HasFlag(MethodAttributes.Static);
        members.Add(new(type, Method(
            type, metadata.GetString(method.Name), isStatic, signature.ParameterTypes, signature.ReturnType)));
    }

    private static void AddField(MetadataReader metadata, List<SurfaceMember> members, string type,
        FieldDefinition field)
    {
        FieldAttributes access = field.Attributes & FieldAttributes.FieldAccessMask;
        if (access is not (FieldAttributes.Public or FieldAttributes.Family)) return;
        if (field.Attributes.HasFlag(FieldAttributes.SpecialName)) return;
        string name = metadata.GetString(field.Name);
        string text = field.Attributes.HasFlag(FieldAttributes.Literal)
            ? Constant(type, name, Value(metadata, field))
            : Field(type, name, field.Attributes.HasFlag(FieldAttributes.Static),
                field.DecodeSignature(Names.Instance, null));
        members.Add(new(type, text));
    }

    private static object? Value(MetadataReader metadata, FieldDefinition field)
    {
        Constant constant = metadata.GetConstant(field.GetDefaultValue());
        return metadata.GetBlobReader(constant.Value).ReadConstant(constant.TypeCode);
    }

    /// <summary>Type names as reflection writes them.</summary>
    private sealed class Names : ISignatureTypeProvider<string, object?>
    {
        public static readonly Names Instance = new();

        public static string Of(MetadataReader metadata, TypeDefinition type)
        {
            string name = metadata.GetString(type.Name);
            return type.GetDeclaringType() is { IsNil: false } outer
                ? Of(metadata, metadata.GetTypeDefinition(outer)) + "+" + name
                : Join(metadata.GetString(type.Namespace), name);
        }

        public string GetPrimitiveType(PrimitiveTypeCode typeCode) => "System." + typeCode;

        public string GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) =>
            Of(reader, reader.GetTypeDefinition(handle));

        public string GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
        {
            TypeReference type = reader.GetTypeReference(handle);
            string name = reader.GetString(type.Name);
            return type.ResolutionScope.Kind == HandleKind.TypeReference
                ? GetTypeFromReference(reader, (TypeReferenceHandle)type.ResolutionScope, rawTypeKind) + "+" + name
                : Join(reader.GetString(type.Namespace), name);
        }

        public string GetSZArrayType(string elementType) => elementType + "[]";

        public string GetByReferenceType(string elementType) => elementType + "&";

        public string GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => unmodifiedType;

        public string GetArrayType(string elementType, ArrayShape shape) => throw new NotSupportedException();

        public string GetFunctionPointerType(MethodSignature<string> signature) => throw new NotSupportedException();

        public string GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) =>
            throw new NotSupportedException();

        public string GetGenericMethodParameter(object? genericContext, int index) =>
            throw new NotSupportedException();

        public string GetGenericTypeParameter(object? genericContext, int index) => throw new NotSupportedException();

        public string GetPinnedType(string elementType) => throw new NotSupportedException();

        public string GetPointerType(string elementType) => throw new NotSupportedException();

        public string GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            throw new NotSupportedException();

        private static string Join(string space, string name) => space.Length == 0 ? name : space + "." + name;
    }
}
