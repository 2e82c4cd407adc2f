using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ServerNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Servers_Name_Id",
                table: "Servers");

            migrationBuilder.CreateIndex(
                name: "IX_Servers_Name_ObjectName",
                table: "Servers",
                columns: new[] { "Name", "ObjectName" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Servers_Name_ObjectName",
                table: "Servers");

            migrationBuilder.CreateIndex(
                name: "IX_Servers_Name_Id",
                table: "Servers",
                columns: new[] { "Name", "Id" });
        }
    }
}
