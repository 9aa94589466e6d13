using System.Reflection;
using System.Runtime.Versioning;
using LumenLink.Client;

namespace LumenLink.Tests.Client;

/// <summary>What these tests run over.</summary>
public sealed class TargetTests
{
    [Fact]
    public void The_library_is_the_one_for_NET_Standard() => Assert.Equal(
        ".NETStandard,Version=v2.0",
        typeof(LumenLinkClient).Assembly.GetCustomAttribute<TargetFrameworkAttribute>()!.FrameworkName);
}
