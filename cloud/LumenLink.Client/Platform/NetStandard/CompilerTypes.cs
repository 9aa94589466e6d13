// What the compiler looks for by name and .NET Standard 2.0 lacks.
namespace System.Runtime.CompilerServices
{
    /// <summary>Marks setters of init.</summary>
    internal static class IsExternalInit;

    /// <summary>Marks required members.</summary>
    [AttributeUsage(AttributeTargets.All)]
    internal sealed class RequiredMemberAttribute : Attribute;

    /// <summary>Marks what takes a compiler that knows a feature.</summary>
    [AttributeUsage(AttributeTargets.All, AllowMultiple = true)]
    internal sealed class CompilerFeatureRequiredAttribute(string featureName) : Attribute
    {
        /// <summary>The feature.</summary>
        public string FeatureName { get; } = featureName;

        /// <summary>True if a compiler may leave the mark alone.</summary>
        public bool IsOptional { get; init; }
    }
}

namespace System.Diagnostics.CodeAnalysis
{
    /// <summary>Marks constructors that set what is required.</summary>
    [AttributeUsage(AttributeTargets.Constructor)]
    internal sealed class SetsRequiredMembersAttribute : Attribute;
}
