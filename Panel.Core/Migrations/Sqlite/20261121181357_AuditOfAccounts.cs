using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Panel.Core.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class AuditOfAccounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_Audit_Subject",
                table: "Audit",
                columns: new[] { "Subject", "Id" },
                filter: "\"Server\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Audit_Subject",
                table: "Audit");
        }
    }
}
